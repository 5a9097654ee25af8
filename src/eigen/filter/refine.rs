//! Eigenpairs of H in a space that P(H) leaves invariant, by the Rayleigh–Ritz method. Eigenvectors
//! of P(H) are not enough. They mix levels on both sides of the target where P has the same value.

use faer::linalg::matmul::matmul;
use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Accum, Mat, MatRef, Side, get_global_parallelism};

use super::combine::combine;
use super::search::Search;
use super::workspace::Workspace;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::check_interrupt;
use crate::eigen::window::{is_cut, nearest};
use crate::lanes::LANES;

/// The energies of a window.
#[derive(Default)]
pub struct Refined {
    /// Ascending.
    pub energies: Vec<f64>,
    /// Whether a level outside equals one of the window.
    pub cut: bool,
}

/// Turns orthonormal `vectors` of length N, one after the other, into the eigenvectors of their
/// space that are nearest the target of the search, ascending.
///
/// # Errors
/// [`Failure::Dense`] when the library's eigendecomposition does not converge, and
/// [`Failure::Interrupted`].
pub fn refine(
    search: &Search,
    workspace: &mut Workspace,
    vectors: &mut Vec<f64>,
) -> Result<Refined, Failure> {
    let dimension = search.hamiltonian.dimension();
    let found = vectors.len() / dimension;
    let space = MatRef::from_column_major_slice(vectors, dimension, found);
    let mut projected = Mat::zeros(found, found);
    let mut images = Mat::zeros(dimension, LANES);
    for first in (0..found).step_by(LANES) {
        check_interrupt(search.interrupt)?;
        let width = LANES.min(found - first);
        let mut images = images.as_mut().subcols_mut(0, width);
        workspace.multiply(
            search.hamiltonian,
            space.subcols(first, width),
            images.as_mut(),
        );
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
    let resolution = search.bounds.resolution();
    let window = nearest(&levels, search.energy, search.count, resolution);
    let weights = pairs.U().subcols(window.start, search.count);
    combine(vectors, dimension, weights);
    Ok(Refined {
        cut: is_cut(&levels, &window, resolution),
        energies: levels[window].to_vec(),
    })
}
