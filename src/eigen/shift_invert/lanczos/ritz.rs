//! From eigenpairs of the projected operator to eigenvectors in the full space.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, get_global_parallelism};

use super::basis::Basis;
use super::pairs::Pairs;

/// Rows that are combined at once: a few megabytes.
const ROWS: usize = 1024;

/// Approximate eigenpairs of the operator, the vectors still in terms of the Krylov basis.
pub struct Ritz<const BLOCK: usize> {
    /// Eigenvalues θ, ascending.
    pub values: Vec<f64>,
    /// The other eigenvalues of the projected operator, the less accurate the further from the
    /// wanted ones.
    pub others: Vec<f64>,
    basis: Basis<BLOCK>,
    weights: Mat<f64>,
}

impl<const BLOCK: usize> Ritz<BLOCK> {
    /// Of a basis that holds also the block after the projected operator's last.
    ///
    /// With that block, each vector is multiplied once more, for nothing: A v / θ = v + next / θ has
    /// less of what is small under A.
    pub(super) fn new(mut basis: Basis<BLOCK>, pairs: Pairs) -> Self {
        let known = pairs.weights.nrows();
        let room = basis.dimension() - known;
        let next = pairs.next.nrows().min(room);
        if next == 0 {
            basis.forget_newest();
        }
        let weights = Mat::from_fn(known + next, pairs.values.len(), |row, k| {
            if row < known {
                pairs.weights[(row, k)]
            } else {
                pairs.next[(row - known, k)] / pairs.values[k]
            }
        });
        Self {
            values: pairs.values,
            others: pairs.others,
            basis,
            weights,
        }
    }

    /// The normalized eigenvectors, one in each column; row r of the basis becomes row `order[r]`.
    pub fn vectors(&self, order: &[usize]) -> Mat<f64> {
        let mut vectors = Mat::zeros(order.len(), self.values.len());
        let mut part = Mat::zeros(ROWS, self.weights.nrows());
        let mut combined = Mat::zeros(ROWS, self.values.len());
        for (chunk, places) in order.chunks(ROWS).enumerate() {
            for column in 0..part.ncols() {
                let block = &self.basis.blocks()[column / BLOCK][chunk * ROWS..];
                let target = part.col_as_slice_mut(column);
                for (target, lanes) in target.iter_mut().zip(&block[..places.len()]) {
                    *target = lanes[column % BLOCK];
                }
            }
            matmul(
                combined.as_mut(),
                Accum::Replace,
                part.as_ref(),
                self.weights.as_ref(),
                1.0,
                get_global_parallelism(),
            );
            for k in 0..combined.ncols() {
                let (source, target) = (combined.col_as_slice(k), vectors.col_as_slice_mut(k));
                for (&place, value) in places.iter().zip(source) {
                    target[place] = *value;
                }
            }
        }
        for k in 0..vectors.ncols() {
            let norm = vectors.col(k).norm_l2();
            vectors
                .col_mut(k)
                .iter_mut()
                .for_each(|value| *value /= norm);
        }
        vectors
    }
}
