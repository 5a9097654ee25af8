//! Samples of one chain length that a network sees at once.

use super::symmetry::SymmetryOperation;

/// Samples of chains of one length.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// Chain length.
    pub sites: usize,
    /// The samples.
    pub samples: &'a [Sample<'a>],
}

/// Samples of chains of one length that one rank computes together.
pub struct Chunk<'a> {
    /// Chain length.
    pub sites: usize,
    /// The samples.
    pub samples: Vec<Sample<'a>>,
}

impl Chunk<'_> {
    /// What a pass is given.
    pub fn batch(&self) -> Batch<'_> {
        Batch {
            sites: self.sites,
            samples: &self.samples,
        }
    }

    /// How many losses the samples have: one for each energy density.
    pub fn losses(&self) -> usize {
        let of_sample = |sample: &Sample| sample.energy_densities.len();
        self.samples.iter().map(of_sample).sum()
    }
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
    pub symmetry: SymmetryOperation,
}
