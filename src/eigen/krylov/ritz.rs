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

    /// The `count` of the largest |θ|, and the other Ritz values.
    ///
    /// # Errors
    /// As [`Self::all`].
    pub fn largest(projected: &Projected, count: usize) -> Result<(Self, Vec<f64>), Failure> {
        let size = projected.size();
        let eigen = projected.eigen()?;
        let values: Vec<f64> = eigen.S().column_vector().iter().copied().collect();
        let mut places: Vec<usize> = (0..size).collect();
        places.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
        let (chosen, others) = places.split_at_mut(count.min(size));
        chosen.sort_unstable();
        let vectors = Mat::from_fn(size, chosen.len(), |row, k| eigen.U()[(row, chosen[k])]);
        let pairs = Self {
            values: chosen.iter().map(|&place| values[place]).collect(),
            next: projected.next(vectors.as_ref()),
            vectors,
        };
        let others = others.iter().map(|&place| values[place]).collect();
        Ok((pairs, others))
    }

    /// ‖A v − θ v‖ of each pair.
    pub fn errors(&self) -> impl Iterator<Item = f64> {
        self.next.col_iter().map(|column| column.norm_l2())
    }
}
