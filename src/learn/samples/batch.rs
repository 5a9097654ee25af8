//! Samples of one chain length that are computed together.

use super::symmetry::SymmetryOperation;

/// Samples of one chain length, as a pass reads them.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// Chain length.
    pub sites: usize,
    /// The samples.
    pub samples: &'a [Sample<'a>],
}

/// Samples of one chain length that one rank computes together.
pub struct Chunk<'a> {
    /// Chain length.
    pub sites: usize,
    /// The samples.
    pub samples: Vec<Sample<'a>>,
}

impl Chunk<'_> {
    /// The same as a pass reads it.
    pub fn batch(&self) -> Batch<'_> {
        Batch {
            sites: self.sites,
            samples: &self.samples,
        }
    }

    /// The number of losses, one for each sample and energy density.
    pub fn losses(&self) -> usize {
        let of_sample = |sample: &Sample| sample.energy_densities.len();
        self.samples.iter().map(of_sample).sum()
    }
}

/// A sample, as a pass reads it.
#[derive(Clone, Copy)]
pub struct Sample<'a> {
    /// The field, or the features of all members in its place.
    pub inputs: &'a [f64],
    /// The energy densities ε of its losses. All samples of a batch have the same number.
    pub energy_densities: &'a [f64],
    /// The exact indicators (energy density, target).
    pub targets: &'a [f64],
    /// The operation that the field undergoes first.
    pub symmetry: SymmetryOperation,
}
