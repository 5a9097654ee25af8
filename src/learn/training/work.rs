//! How much work a training is, in units that allow one training to be compared with another.

use crate::learn::network::{Network, parameter_count};
use crate::learn::samples::Extent;

/// The work of one pass over samples of this extent by so many members: parameters used, counted each
/// time. Those of an extractor are used at each site, those of a head at each energy density.
pub fn work(network: &dyn Network, samples: Extent, members: usize) -> f64 {
    let extractor_parameters = network.extractor_parameters();
    let heads = parameter_count(&network.tensor_specs()) - extractor_parameters;
    let of_samples = samples.sites * extractor_parameters + samples.energy_densities * heads;
    (of_samples * members) as f64
}
