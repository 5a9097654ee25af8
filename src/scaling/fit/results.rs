//! All fits of a deck.

use super::compare::Comparison;
use super::record::Fit;

/// What scaling comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// The fits that the deck asks for.
    pub fits: Vec<Fit>,
    /// Their models against each other.
    pub comparisons: Vec<Comparison>,
    /// The fits for other windows and without the shortest chains; their data are left out.
    pub scan: Vec<Fit>,
}

impl Results {
    /// Adds those of another source.
    pub fn extend(&mut self, other: Self) {
        self.fits.extend(other.fits);
        self.comparisons.extend(other.comparisons);
        self.scan.extend(other.scan);
    }
}
