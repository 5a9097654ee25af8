//! The result of block Lanczos, and its eigenvectors in the full space.

use faer::Mat;

use crate::eigen::krylov::{Basis, RitzPairs, combine};
use crate::eigen::memory::Memory;
use crate::lanes::Lanes;

/// Converged Ritz pairs, the vectors still in terms of the Krylov basis.
pub struct Converged<const BLOCK: usize> {
    /// All Ritz pairs of the run.
    pub ritz: RitzPairs,
    /// The places of those that were wanted and have converged, ascending.
    pub wanted: Vec<usize>,
    /// The places of the others. Those far from the wanted ones are less accurate.
    pub others: Vec<usize>,
    basis: Basis<BLOCK>,
    weights: Mat<f64>,
}

impl<const BLOCK: usize> Converged<BLOCK> {
    /// Of a basis that holds also the block after the last one multiplied.
    ///
    /// That block multiplies each vector once more, without another product. A v / θ = v + next / θ
    /// has smaller parts along the eigenvectors with small eigenvalues.
    pub fn new(
        mut basis: Basis<BLOCK>,
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

    /// The eigenvectors, side by side and not normalized. [`LANES`] of them follow
    /// another [`LANES`]. Row r of the basis becomes row `order[r]`.
    ///
    /// [`LANES`]: crate::lanes::LANES
    pub fn vectors(&self, order: &[usize]) -> Vec<Lanes> {
        combine(self.basis.vectors(), self.weights.as_ref(), order)
    }

    /// The Ritz pairs, and the memory of the basis.
    pub fn into_parts(self) -> (RitzPairs, Memory) {
        (self.ritz, self.basis.into_memory())
    }
}
