//! How much work a training is, in units that allow one training to be compared with another.

use crate::learn::network::{Network, count};
use crate::learn::samples::Extent;

/// The work of one pass over samples of this extent by so many members: parameters used, counted each
/// time. Those of an extractor are used at each site, those of a head at each energy density.
pub fn work(network: &dyn Network, samples: Extent, members: usize) -> f64 {
    let extracting = network.extracting();
    let heads = count(&network.shapes()) - extracting;
    let of_samples = samples.sites * extracting + samples.energy_densities * heads;
    (of_samples * members) as f64
}
