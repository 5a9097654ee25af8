//! What trainings and ensembles see of a network.

use super::tensor_spec::TensorSpec;
use crate::learn::samples::Batch;

/// A network for chains of any length, without its parameters.
pub trait Network: Send + Sync {
    /// The parameter tensors of one member: those of the extractor, then those of the head.
    fn tensor_specs(&self) -> Vec<TensorSpec>;

    /// How many parameters the extractor has.
    fn extractor_parameters(&self) -> usize;

    /// The number of features between extractor and head.
    fn features(&self) -> usize;

    /// The most samples of a training step that a rank computes together.
    fn chunk_size(&self) -> usize;

    /// A worker with buffers of its own.
    fn worker(&self) -> Box<dyn Worker + '_>;
}

/// Runs passes, one after the other.
pub trait Worker {
    /// One pass of `kind` over the samples of `batch`, with the parameters of one member. Returns the
    /// sum of the losses over samples and conditions, or zero for a kind that computes none.
    fn pass(&mut self, member: usize, parameters: &[f64], batch: Batch, kind: PassKind) -> f64;
}

/// What a pass computes. In the results the last index varies fastest.
pub enum PassKind<'a> {
    /// The gradient of the sum of the losses with respect to the parameters.
    Gradient {
        /// It is added to these numbers.
        sum: &'a mut [f64],
        /// Seed of what is left out at random.
        seed: u64,
    },
    /// The losses alone.
    Loss,
    /// Writes the features (sample, feature).
    Features(&'a mut [f64]),
    /// Adds `weight` times the targets (sample, condition, target) to `indicators`.
    Predictions {
        /// The further input of the head at each condition, the same for all samples.
        conditions: &'a [f64],
        /// The factor of this pass in a mean over several passes.
        weight: f64,
        /// The sums.
        indicators: &'a mut [f64],
    },
}
