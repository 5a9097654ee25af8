//! Eigenpairs of H in a space that P(H) leaves invariant, by the Rayleigh–Ritz method. Eigenvectors
//! of P(H) are not enough. They mix levels on both sides of the target where P has the same value.

use faer::linalg::matmul::matmul;
use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Accum, Mat, MatRef, Side, get_global_parallelism};

use super::combine::combine;
use super::workspace::Workspace;
use crate::chain::Hamiltonian;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::{Interrupt, check_interrupt};
use crate::eigen::window::nearest;
use crate::lanes::LANES;

/// Turns orthonormal `vectors` of length N, one after the other, into the `count` eigenvectors of
/// their space nearest `energy`, ascending, and returns the energies.
///
/// # Errors
/// [`Failure::Dense`] when the library's eigendecomposition does not converge, and
/// [`Failure::Interrupted`].
pub fn refine(
    hamiltonian: &Hamiltonian,
    workspace: &mut Workspace,
    vectors: &mut Vec<f64>,
    energy: f64,
    count: usize,
    interrupt: Interrupt<'_>,
) -> Result<Vec<f64>, Failure> {
    let dimension = hamiltonian.dimension();
    let found = vectors.len() / dimension;
    let space = MatRef::from_column_major_slice(vectors, dimension, found);
    let mut projected = Mat::zeros(found, found);
    let mut images = Mat::zeros(dimension, LANES);
    for first in (0..found).step_by(LANES) {
        check_interrupt(interrupt)?;
        let width = LANES.min(found - first);
        let mut images = images.as_mut().subcols_mut(0, width);
        workspace.multiply(hamiltonian, space.subcols(first, width), images.as_mut());
        matmul(
            projected.as_mut().subcols_mut(first, width),
            Accum::Replace,
            space.transpose(),
            images.as_ref(),
            1.0,
            get_global_parallelism(),
        );
    }
    let pairs =
        SelfAdjointEigen::new(projected.as_ref(), Side::Lower).map_err(|_| Failure::Dense)?;
    let levels: Vec<f64> = pairs.S().column_vector().iter().copied().collect();
    let start = nearest(&levels, energy, count);
    combine(vectors, dimension, pairs.U().subcols(start, count));
    Ok(levels[start..start + count].to_vec())
}
