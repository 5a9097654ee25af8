//! A whole network: an extractor, the head behind it, the link to the indicators and the loss.
//!
//! [`Network`] is what trainer and ensemble see; they know no kind by name. The passes of an
//! extractor are inlined into [`Pass`], which is compiled once for each instruction set.

mod extractor;
mod extractors;
pub mod head;
mod kernel;
mod kinds;
mod link;
mod loss;
mod parameters;
mod pass;

pub use kinds::{Blueprint, KINDS, Kind};
pub use link::{IDENTITY, Map, bounds};
pub use loss::Loss;
pub use parameters::{Shape, count, initial};

use super::samples::Batch;

/// The most samples of whole networks that are computed together: a few registers' worth, so that a
/// batch of the usual size leaves work for several ranks.
pub const CHUNK: usize = 32;

/// A network for chains of any length, without its parameters.
pub trait Network: Send + Sync {
    /// The parameter tensors of one member: the extractor's, then the head's.
    fn shapes(&self) -> Vec<Shape>;

    /// How many of the parameters are the extractor's.
    fn extracting(&self) -> usize;

    /// Features between extractor and head.
    fn features(&self) -> usize;

    /// The most samples of a training step that are computed together.
    fn chunk(&self) -> usize;

    /// Somebody to do passes, with memory of their own.
    fn worker(&self) -> Box<dyn Worker + '_>;
}

/// Does passes, one after the other.
pub trait Worker {
    /// Does `task` for the samples of `batch` with the parameters of a member; returns the sum of
    /// the losses over samples and energy densities, if the task has one.
    fn work(&mut self, member: usize, parameters: &[f64], batch: Batch, task: Task) -> f64;
}

/// What a pass is for. Results are (sample, …), the last index fastest.
pub enum Task<'a> {
    /// Adds the gradient of the sum of the losses with respect to the parameters.
    Gradient(&'a mut [f64]),
    /// The losses alone.
    Loss,
    /// Writes the features (sample, feature).
    Features(&'a mut [f64]),
    /// Adds `share` times the indicators (sample, energy density, target) at these energy densities
    /// to `indicators`.
    Predictions {
        /// The values of ε, each for all samples.
        energy_densities: &'a [f64],
        /// What predictions are multiplied by.
        share: f64,
        /// The sums.
        indicators: &'a mut [f64],
    },
}
