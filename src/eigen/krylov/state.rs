//! A basis without its vectors, as it is kept in a file.

use faer::Mat;
use serde::{Deserialize, Serialize};

/// The numbers of a small matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredMatrix {
    rows: usize,
    /// Column after column.
    values: Vec<f64>,
}

impl From<&Mat<f64>> for StoredMatrix {
    fn from(matrix: &Mat<f64>) -> Self {
        Self {
            rows: matrix.nrows(),
            values: matrix
                .col_iter()
                .flat_map(|it| it.iter().copied())
                .collect(),
        }
    }
}

impl From<&StoredMatrix> for Mat<f64> {
    fn from(small: &StoredMatrix) -> Self {
        let columns = small.values.len().checked_div(small.rows).unwrap_or(0);
        Self::from_fn(small.rows, columns, |row, column| {
            small.values[column * small.rows + row]
        })
    }
}

/// What a basis knows beside its vectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BasisState {
    /// Blocks of the basis.
    pub blocks: usize,
    /// A bound of ‖R‖ of the start.
    pub start: f64,
    /// Whether the newest block was made orthogonal to the two before it only.
    pub pending: bool,
    /// Random blocks and vectors drawn so far.
    pub drawn: u64,
    /// The parts of the projected operator on its diagonal.
    pub diagonals: Vec<StoredMatrix>,
    /// Those that couple each block to the next.
    pub couplings: Vec<StoredMatrix>,
}
