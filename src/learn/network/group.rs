//! The samples that the lanes hold at a time.

use crate::lanes::LANES;
use crate::learn::samples::Sample;

/// At most [`LANES`] samples of a batch.
#[derive(Clone, Copy)]
pub struct Group<'a> {
    /// The samples.
    pub samples: &'a [Sample<'a>],
    /// The chain length.
    pub sites: usize,
    /// The number of the first sample in the batch.
    pub first: usize,
    /// Where the group's passes start in the head's buffers.
    pub slot: usize,
    /// The number of the head's passes, which is one for each energy density of a loss.
    pub passes: usize,
    /// The factor of each target in the losses.
    pub shares: &'a [f64],
}

impl<'a> Group<'a> {
    /// A sample for each lane. The first one fills the lanes that are left.
    #[inline(always)]
    pub fn lanes(self) -> [&'a Sample<'a>; LANES] {
        std::array::from_fn(|lane| self.samples.get(lane).unwrap_or(&self.samples[0]))
    }

    /// The rows of `results` that belong to the samples, one for each lane with a sample.
    #[inline(always)]
    pub fn rows(self, results: &mut [f64], width: usize) -> impl Iterator<Item = &mut [f64]> {
        results[self.first * width..][..self.samples.len() * width].chunks_exact_mut(width)
    }
}
