//! What every indicator has.

use std::fmt;

use crate::chain::Sector;
use crate::deck::Normalisation;
use crate::eigen::Window;

/// An indicator, prepared for one sector.
pub trait Indicator {
    /// The mean over the window's eigenstates.
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
