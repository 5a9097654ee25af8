//! Samples of one chain length that a network sees at once.

use super::symmetry::Move;

/// Samples of chains of one length.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// Chain length.
    pub sites: usize,
    /// The samples.
    pub samples: &'a [Sample<'a>],
}

/// A sample as a pass sees it.
#[derive(Clone, Copy)]
pub struct Sample<'a> {
    /// The field, or features of all members.
    pub inputs: &'a [f64],
    /// The energy densities ε that a loss is the sum over: as many for all samples of a batch.
    pub energy_densities: &'a [f64],
    /// The exact indicators (energy density, target).
    pub targets: &'a [f64],
    /// What the field goes through first.
    pub symmetry: Move,
}
