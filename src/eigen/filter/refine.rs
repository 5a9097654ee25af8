//! Eigenpairs of H in a space that P(H) leaves invariant, by the Rayleigh–Ritz method. Eigenvectors
//! of P(H) are not enough. They mix levels on both sides of the target where P has the same value.

use faer::Mat;

use super::search::Search;
use crate::chain::Exchange;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::check_interrupt;
use crate::eigen::krylov::{combine_in_place, eigen, overlaps};
use crate::eigen::window::{is_cut, nearest};
use crate::lanes::{LANES, Lanes};

/// Turns the `count` orthonormal `vectors`, [`LANES`] of them side by side, into the eigenvectors of
/// their space that are nearest the target of the search. Returns whether a level
/// outside equals one of the window.
///
/// # Errors
/// [`Failure::Dense`] when the library's eigendecomposition does not converge, and
/// [`Failure::Interrupted`].
pub fn refine(
    search: &Search,
    exchange: &mut Exchange,
    vectors: &mut [[f64; LANES]],
    count: usize,
) -> Result<bool, Failure> {
    let rows = search.hamiltonian.diagonal().len();
    let mut projected = Mat::zeros(count, count);
    let mut image = vec![Lanes::ZERO; rows];
    for (block, first) in vectors.chunks_exact(rows).zip((0..).step_by(LANES)) {
        check_interrupt(search.interrupt)?;
        exchange.multiply(search.hamiltonian, bytemuck::cast_slice(block), &mut image);
        let found = overlaps(exchange.space(), vectors, [bytemuck::cast_slice(&image)]);
        let found = found.as_flattened();
        for column in first..count.min(first + LANES) {
            for (row, overlaps) in found[..count].iter().enumerate() {
                projected[(row, column)] = overlaps[0][column - first];
            }
        }
    }
    let (levels, weights) = eigen(projected.as_ref())?;
    let resolution = search.bounds.resolution();
    let window = nearest(&levels, search.energy, search.count, resolution);
    let weights = weights.subcols(window.start, search.count);
    combine_in_place(vectors, weights, rows);
    Ok(is_cut(&levels, &window, resolution))
}
