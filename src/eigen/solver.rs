//! What every solver does.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::window::Window;
use crate::chain::Hamiltonian;

/// The lowest and the highest energy of a realization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// E_min.
    pub lowest: f64,
    /// E_max.
    pub highest: f64,
}

impl Bounds {
    /// The energy at density ε = (E − E_min)/(E_max − E_min).
    pub fn energy(&self, density: f64) -> f64 {
        self.lowest + density * self.width()
    }

    /// E_max − E_min.
    pub fn width(&self) -> f64 {
        self.highest - self.lowest
    }
}

/// Finds eigenpairs of the realizations of one chain, one realization after the other.
///
/// The bits of a window depend on its realization, energy and count alone. What the solver did
/// before, and whether that was interrupted, does not change them.
pub trait Solver {
    /// Begins another realization.
    ///
    /// # Errors
    /// When its extreme energies cannot be found, and [`Failure::Interrupted`]. There is no current
    /// realization then.
    fn begin(
        &mut self,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
    ) -> Result<Bounds, Failure>;

    /// The `count` eigenpairs nearest `energy` of the realization begun last, ascending.
    ///
    /// # Errors
    /// When they cannot all be found, or one of them is not accurate. [`Failure::Interrupted`] soon
    /// after `interrupt` is first true.
    ///
    /// # Panics
    /// When no realization was begun.
    fn window(
        &mut self,
        energy: f64,
        count: usize,
        interrupt: Interrupt<'_>,
    ) -> Result<Window<'_>, Failure>;
}
