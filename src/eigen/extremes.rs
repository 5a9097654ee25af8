//! The lowest and the highest energy of a realization, by Lanczos on the Hamiltonian itself.

use super::lanczos::{Settings, Wanted, lanczos};
use super::{Bounds, Failure};
use crate::chain::Hamiltonian;

/// The error of an energy is the square of this over the gap: far below rounding.
const TOLERANCE: f64 = 1e-8;

/// E_min and E_max.
///
/// # Errors
/// When the Krylov basis does not converge.
pub fn extremes(hamiltonian: &Hamiltonian) -> Result<Bounds, Failure> {
    let settings = Settings {
        wanted: Wanted::Ends,
        block: 1,
        tolerance: TOLERANCE,
        largest_basis: 400,
    };
    let ritz = lanczos(hamiltonian.dimension(), &settings, |x, y| {
        hamiltonian.apply(x, y);
    })?;
    Ok(Bounds {
        lowest: ritz.values[0],
        highest: ritz.values[1],
    })
}
