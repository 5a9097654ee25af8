//! Samples of one chain length that are computed together.

use super::symmetry::SymmetryOperation;

/// Samples of one chain length, as a pass reads them.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// Chain length.
    pub sites: usize,
    /// The samples.
    pub samples: &'a [Sample<'a>],
    /// The factor of each target in the losses: all samples over those that have it. It makes the mean
    /// over all samples one over those. Passes without losses need none.
    pub shares: &'a [f64],
}

/// Samples of one chain length that one rank computes together.
pub struct Chunk<'a> {
    /// Chain length.
    pub sites: usize,
    /// The samples.
    pub samples: Vec<Sample<'a>>,
    /// The factor of each target in the losses.
    pub shares: &'a [f64],
}

impl Chunk<'_> {
    /// The same as a pass reads it.
    pub fn batch(&self) -> Batch<'_> {
        Batch {
            sites: self.sites,
            samples: &self.samples,
            shares: self.shares,
        }
    }

    /// The number of losses, one for each sample and condition.
    pub fn losses(&self) -> usize {
        let of_sample = |sample: &Sample| sample.conditions.len();
        self.samples.iter().map(of_sample).sum()
    }
}

/// A sample, as a pass reads it.
#[derive(Clone, Copy)]
pub struct Sample<'a> {
    /// The field, or the features of all members in its place.
    pub inputs: &'a [f64],
    /// The further input of the head at each condition of its losses. All samples of a batch have the
    /// same number.
    pub conditions: &'a [f64],
    /// The exact targets (condition, target); NaN where one is missing.
    pub targets: &'a [f64],
    /// The operation that the field undergoes first.
    pub symmetry: SymmetryOperation,
}
