//! The result of block Lanczos, and its eigenvectors in the full space.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, get_global_parallelism};

use super::basis::InterleavedBasis;
use crate::eigen::krylov::RitzPairs;

/// Rows that are combined at once. They take a few megabytes.
const ROWS: usize = 1024;

/// Converged Ritz pairs, the vectors still in terms of the Krylov basis.
pub struct Converged<const BLOCK: usize> {
    /// All Ritz pairs of the run.
    pub ritz: RitzPairs,
    /// The places of those that were wanted and have converged, ascending.
    pub wanted: Vec<usize>,
    /// The places of the others. Those far from the wanted ones are less accurate.
    pub others: Vec<usize>,
    basis: InterleavedBasis<BLOCK>,
    weights: Mat<f64>,
}

impl<const BLOCK: usize> Converged<BLOCK> {
    /// Of a basis that holds also the block after the last one multiplied.
    ///
    /// That block multiplies each vector once more, without another product. A v / θ = v + next / θ
    /// has smaller parts along the eigenvectors with small eigenvalues.
    pub(super) fn new(
        mut basis: InterleavedBasis<BLOCK>,
        ritz: RitzPairs,
        wanted: Vec<usize>,
        others: Vec<usize>,
    ) -> Self {
        let known = ritz.vectors.nrows();
        let left = basis.dimension() - known;
        let next = ritz.next.nrows().min(left);
        if next == 0 {
            basis.forget_newest();
        }
        let weights = Mat::from_fn(known + next, wanted.len(), |row, column| {
            let k = wanted[column];
            if row < known {
                ritz.vectors[(row, k)]
            } else {
                ritz.next[(row - known, k)] / ritz.values[k]
            }
        });
        Self {
            ritz,
            wanted,
            others,
            basis,
            weights,
        }
    }

    /// A bound of ‖R‖, where the start block was Q₁R.
    pub fn start(&self) -> f64 {
        self.basis.start()
    }

    /// The normalized eigenvectors, one in each column. Row r of the basis becomes row `order[r]`.
    pub fn vectors(&self, order: &[usize]) -> Mat<f64> {
        let mut vectors = Mat::zeros(order.len(), self.wanted.len());
        let mut part = Mat::zeros(ROWS, self.weights.nrows());
        let mut combined = Mat::zeros(ROWS, self.wanted.len());
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
