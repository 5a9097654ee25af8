//! How much a pass over samples has to read.

use super::realizations::Realization;

/// What the work of a pass over samples depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// The number of sites of all samples, which the extractor reads.
    pub sites: usize,
    /// The number of conditions of all samples, each of which is a pass of the head.
    pub conditions: usize,
}

impl Extent {
    /// The extent of these realizations.
    pub fn of<'r>(realizations: impl Iterator<Item = &'r Realization>) -> Self {
        let mut extent = Self::default();
        for one in realizations {
            extent.sites += one.sites;
            extent.conditions += one.conditions.len();
        }
        extent
    }
}
