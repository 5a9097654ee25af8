//! The work of a training, for the progress bar.

use crate::learn::network::{Network, parameter_count};
use crate::learn::samples::Extent;

/// The work of one epoch with samples of this extent and so many members. It counts how often
/// parameters are used: those of an extractor at each site, those of a head at each condition.
pub fn work(network: &dyn Network, samples: Extent, members: usize) -> f64 {
    let extractor_parameters = network.extractor_parameters();
    let heads = parameter_count(&network.tensor_specs()) - extractor_parameters;
    let of_samples = samples.sites * extractor_parameters + samples.conditions * heads;
    (of_samples * members) as f64
}
