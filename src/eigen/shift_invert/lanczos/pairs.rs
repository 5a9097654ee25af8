//! The eigenpairs of the projected operator that are wanted.

use faer::Mat;

use crate::eigen::failure::Failure;
use crate::eigen::krylov::Projected;

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

impl Pairs {
    /// The `count` of the largest modulus.
    ///
    /// # Errors
    /// [`Failure::Dense`] when the library's eigendecomposition gives up.
    pub fn largest(projected: &Projected, count: usize) -> Result<Self, Failure> {
        let size = projected.size();
        let eigen = projected.eigen()?;
        let values: Vec<f64> = eigen.S().column_vector().iter().copied().collect();
        let mut places: Vec<usize> = (0..size).collect();
        places.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
        let (chosen, others) = places.split_at_mut(count.min(size));
        chosen.sort_unstable();
        let weights = Mat::from_fn(size, chosen.len(), |row, k| eigen.U()[(row, chosen[k])]);
        Ok(Self {
            values: chosen.iter().map(|&place| values[place]).collect(),
            others: others.iter().map(|&place| values[place]).collect(),
            next: projected.next(weights.as_ref()),
            weights,
        })
    }
}
