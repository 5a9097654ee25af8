//! All fits of a deck.

use super::compare::Comparison;
use super::record::Fit;
use crate::scaling::data::Origin;

/// All fits of a deck.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// The sources that were scaled.
    pub sources: Vec<Origin>,
    /// The fits that the deck asks for.
    pub fits: Vec<Fit>,
    /// Comparisons of their models.
    pub comparisons: Vec<Comparison>,
    /// The fits for other windows and shortest lengths, without their data.
    pub scan: Vec<Fit>,
}

impl Results {
    /// Adds the results of another source.
    pub fn extend(&mut self, other: Self) {
        self.sources.extend(other.sources);
        self.fits.extend(other.fits);
        self.comparisons.extend(other.comparisons);
        self.scan.extend(other.scan);
    }
}
