//! Ritz pairs: eigenpairs of an operator projected on a Krylov basis.

use faer::Mat;

use super::projected::Projected;
use crate::eigen::failure::Failure;

/// Ritz pairs (θ, v) of an operator A, the vectors v in terms of the basis.
pub struct RitzPairs {
    /// Ritz values θ, ascending.
    pub values: Vec<f64>,
    /// Ritz vectors, one in each column, with a row for each basis vector.
    pub vectors: Mat<f64>,
    /// The part of A v outside the basis, one in each column, with a row for each vector of the
    /// next block. Its norm is ‖A v − θ v‖.
    pub next: Mat<f64>,
}

impl RitzPairs {
    /// All of them.
    ///
    /// # Errors
    /// [`Failure::Dense`] when the library's eigendecomposition does not converge.
    pub fn all(projected: &Projected) -> Result<Self, Failure> {
        let eigen = projected.eigen()?;
        Ok(Self {
            values: eigen.S().column_vector().iter().copied().collect(),
            next: projected.next(eigen.U()),
            vectors: eigen.U().to_owned(),
        })
    }

    /// The places of the `count` with the largest |θ|, and those of the others.
    pub fn largest(&self, count: usize) -> (Vec<usize>, Vec<usize>) {
        let modulus = |place: usize| self.values[place].abs();
        let mut places: Vec<usize> = (0..self.values.len()).collect();
        places.sort_by(|&a, &b| modulus(b).total_cmp(&modulus(a)));
        let others = places.split_off(count.min(places.len()));
        places.sort_unstable();
        (places, others)
    }

    /// ‖A v − θ v‖ of pair number `k`.
    pub fn error(&self, k: usize) -> f64 {
        self.next.col(k).norm_l2()
    }

    /// ‖A v − θ v‖ of each pair.
    pub fn errors(&self) -> impl Iterator<Item = f64> {
        (0..self.values.len()).map(|k| self.error(k))
    }
}
