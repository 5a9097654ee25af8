//! What every solver does.

use super::failure::Failure;
use std::rc::Rc;

use super::interrupt::Interrupt;
use super::keeper::Keeper;
use super::window::Window;
use crate::chain::Hamiltonian;

/// Energies that differ by less than this fraction of E_max − E_min are equal.
const RESOLUTION: f64 = 1e-11;

/// A spectrum this narrow, relative to its energies, is one level.
const ONE_LEVEL: f64 = 1e-12;

/// The lowest and the highest energy of a realization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// E_min.
    pub lowest: f64,
    /// E_max.
    pub highest: f64,
}

impl Bounds {
    /// Where they could not be found.
    pub const UNKNOWN: Self = Self {
        lowest: f64::NAN,
        highest: f64::NAN,
    };

    /// The energy at density ε = (E − E_min)/(E_max − E_min).
    pub fn energy(&self, density: f64) -> f64 {
        self.lowest + density * self.width()
    }

    /// E_max − E_min.
    pub fn width(&self) -> f64 {
        self.highest - self.lowest
    }

    /// Energies closer than this are equal: 1e-11 of the width. Rounding leaves errors below 1e-12
    /// of it, whichever the solver and the processor.
    pub fn resolution(&self) -> f64 {
        RESOLUTION * self.width()
    }

    /// Whether all levels are equal.
    pub fn is_one_level(&self) -> bool {
        self.width() <= ONE_LEVEL * self.lowest.abs().max(self.highest.abs())
    }
}

/// Finds eigenpairs of the realizations of one chain, one realization after the other.
///
/// The bits of a window depend on its realization, energy and count alone. What the solver did
/// before, and whether that was interrupted, does not change them.
///
/// ```
/// use std::sync::Arc;
///
/// use mblscale::chain::{Chain, Hamiltonian};
/// use mblscale::comm::alone;
/// use mblscale::deck::{Boundary, Certificate};
/// use mblscale::eigen::{METHODS, uninterrupted};
///
/// # fn main() -> Result<(), mblscale::eigen::Failure> {
/// let chain = Arc::new(Chain::new(8, 1.0, Boundary::Periodic));
/// let field = [0.4, -1.2, 0.7, 2.1, -0.3, 1.6, -2.0, 0.9];
/// let mut solver = (METHODS[0].prepare)(&chain, &alone(), Certificate::Run);
///
/// let bounds = solver.begin(&Hamiltonian::new(&chain, &field), &uninterrupted)?;
/// let window = solver.window(bounds.energy(0.5), 5, &uninterrupted)?;
/// assert_eq!(window.energies.len(), 5);
/// assert!(window.energies.is_sorted());
/// assert!(window.residual < 1e-9 * bounds.width());
/// # Ok(())
/// # }
/// ```
pub trait Solver {
    /// Sets where long searches are kept. A solver whose searches are short keeps none.
    fn keep_in(&mut self, _keeper: Option<Rc<dyn Keeper>>) {}

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

    /// The `count` eigenpairs nearest `energy` of the realization begun last, ascending. Of two levels
    /// that are equally near within [`Bounds::resolution`], the lower one is taken.
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

    /// All energies of the realization begun last, ascending, if the solver knows them.
    fn levels(&self) -> Option<&[f64]> {
        None
    }
}
