//! What every indicator has.

use std::fmt;

use crate::chain::Sector;
use crate::deck::Normalisation;
use crate::eigen::Window;

/// An indicator, prepared for one sector.
///
/// ```
/// use faer::Mat;
/// use mblscale::comm::Space;
/// use mblscale::eigen::Window;
/// use mblscale::indicators::Indicator;
///
/// /// The largest probability of a configuration.
/// struct LargestProbability;
///
/// impl Indicator for LargestProbability {
///     fn evaluate(&mut self, window: &Window) -> f64 {
///         let largest = |state: faer::ColRef<'_, f64>| {
///             state.iter().fold(0.0_f64, |most, c| most.max(c * c))
///         };
///         let sum: f64 = window.states.col_iter().map(largest).sum();
///         sum / window.states.ncols() as f64
///     }
/// }
///
/// // Two states of a sector of two configurations: a product state, and an even superposition.
/// let half = 0.5_f64.sqrt();
/// let states = Mat::from_fn(2, 2, |row, column| [[1.0, half], [0.0, half]][row][column]);
/// let window = Window {
///     energies: &[-1.0, 1.0],
///     states: states.as_ref(),
///     space: &Space::alone(2),
///     residual: 0.0,
///     resolution: 0.0,
///     cut: false,
///     missed: 0.0,
/// };
/// assert!((LargestProbability.evaluate(&window) - 0.75).abs() < 1e-12);
/// ```
pub trait Indicator {
    /// The mean over the window's eigenstates; NaN where the window has no value.
    fn evaluate(&mut self, window: &Window) -> f64;
}

/// What is known of an indicator before any sector.
pub struct Description {
    /// Name in decks and files.
    pub name: &'static str,
    /// Symbol in reports.
    pub symbol: &'static str,
    /// Unit of the stored value.
    pub units: &'static str,
    /// One sentence for the reader of a file.
    pub description: &'static str,
    /// Whether it depends on the states. It has no value where equal levels leave them undefined.
    pub of_states: bool,
    /// Whether it is of the first half of the ring. A shift of the field changes it then.
    pub of_half: bool,
    /// What the stored value is divided by when it is read, for a chain of this many sites.
    pub scale: fn(Normalisation, usize) -> f64,
    /// Prepares it for a sector.
    pub prepare: fn(&Sector) -> Box<dyn Indicator>,
}

impl fmt::Debug for Description {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Description({})", self.name)
    }
}

/// The scale of an indicator that is read as it is stored.
pub fn unscaled(_: Normalisation, _: usize) -> f64 {
    1.0
}
