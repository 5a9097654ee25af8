//! The operator in the Krylov basis: a small matrix, zero but for its blocks on and beside the
//! diagonal.

use faer::linalg::matmul::matmul;
use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Accum, Mat, Par, Side};

use super::super::Failure;
use super::overlaps::Small;

/// The projected operator, and what couples it to the next block of the basis.
pub struct Projected {
    /// Lower triangle.
    matrix: Mat<f64>,
    next: Mat<f64>,
}

/// Eigenpairs of the projected operator.
pub struct Pairs {
    /// Eigenvalues θ of the largest modulus, ascending.
    pub values: Vec<f64>,
    /// Their eigenvectors, one in each column.
    pub weights: Mat<f64>,
    /// What the operator takes of each out of the basis, in the next block.
    pub next: Mat<f64>,
    /// The other eigenvalues.
    pub others: Vec<f64>,
}

impl Projected {
    /// In an empty basis.
    pub fn new() -> Self {
        Self {
            matrix: Mat::new(),
            next: Mat::new(),
        }
    }

    /// Appends the newest block: `overlaps` of it with its image, and `coupling` to the next block.
    /// The basis then has `size` vectors without that.
    pub fn extend<const BLOCK: usize>(
        &mut self,
        overlaps: &Small<BLOCK>,
        coupling: Mat<f64>,
        size: usize,
    ) {
        let before = self.matrix.nrows();
        let newest = size - before;
        let coupled = self.next.ncols();
        self.matrix.resize_with(size, size, |_, _| 0.0);
        if coupled > 0 {
            self.matrix
                .submatrix_mut(before, before - coupled, newest, coupled)
                .copy_from(self.next.subrows(0, newest));
        }
        for (row, overlaps) in overlaps.iter().take(newest).enumerate() {
            for (column, overlap) in overlaps.iter().take(newest).enumerate() {
                self.matrix[(before + row, before + column)] = *overlap;
            }
        }
        self.next = coupling.get(.., ..newest).to_owned();
    }

    /// Its `count` eigenpairs of the largest modulus.
    pub fn largest(&self, count: usize) -> Result<Pairs, Failure> {
        let size = self.matrix.nrows();
        let eigen =
            SelfAdjointEigen::new(self.matrix.as_ref(), Side::Lower).map_err(|_| Failure::Dense)?;
        let values: Vec<f64> = eigen.S().column_vector().iter().copied().collect();
        let mut places: Vec<usize> = (0..size).collect();
        places.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
        let (chosen, others) = places.split_at_mut(count.min(size));
        chosen.sort_unstable();
        let weights = Mat::from_fn(size, chosen.len(), |row, k| eigen.U()[(row, chosen[k])]);
        let mut next = Mat::zeros(self.next.nrows(), chosen.len());
        matmul(
            next.as_mut(),
            Accum::Replace,
            self.next.as_ref(),
            weights.subrows(size - self.next.ncols(), self.next.ncols()),
            1.0,
            Par::Seq,
        );
        Ok(Pairs {
            values: chosen.iter().map(|&place| values[place]).collect(),
            others: others.iter().map(|&place| values[place]).collect(),
            weights,
            next,
        })
    }
}
