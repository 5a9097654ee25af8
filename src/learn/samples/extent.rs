//! How much there is to read in a set of samples.

use super::realizations::Realization;

/// What the work of a pass over samples depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// Sites of all samples together: an extractor reads each.
    pub sites: usize,
    /// Energy densities of all samples together: a head has a pass for each.
    pub energy_densities: usize,
}

impl Extent {
    /// That of these realizations.
    pub fn of<'r>(realizations: impl Iterator<Item = &'r Realization>) -> Self {
        let mut extent = Self::default();
        for one in realizations {
            extent.sites += one.sites;
            extent.energy_densities += one.energy_densities.len();
        }
        extent
    }
}
