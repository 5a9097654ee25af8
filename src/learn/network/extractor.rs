//! The trait of every kind of network.

use super::tensor_spec::TensorSpec;
use crate::lanes::Lanes;

/// The part of a network that reads the field of a chain of any length, without its parameters.
///
/// A pass handles one sample in each lane, all of one length. The parameters are those of one member,
/// in the order of [`tensor_specs`](Self::tensor_specs). Passes are inlined into code that is compiled
/// for each instruction set, so implementations mark them `#[inline(always)]`.
pub trait Extractor: Send + Sync {
    /// Intermediate results of the forward pass, which the backward pass reads.
    type Buffers: Default;

    /// The parameter tensors, named as in PyTorch.
    fn tensor_specs(&self) -> Vec<TensorSpec>;

    /// The number of features.
    fn features(&self) -> usize;

    /// The part of a sample's inputs that this member of the ensemble reads.
    fn inputs_of<'s>(&self, inputs: &'s [f64], _member: usize) -> &'s [f64] {
        inputs
    }

    /// From the inputs, one for each site, to the features.
    fn forward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        buffers: &mut Self::Buffers,
        features: &mut [Lanes],
    );

    /// Adds the gradient of the loss with respect to the parameters to `gradient`.
    /// `feature_gradients` are those with respect to the features of the last
    /// [`forward`](Self::forward).
    fn backward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        buffers: &mut Self::Buffers,
        feature_gradients: &[Lanes],
        gradient: &mut [f64],
    );
}

/// Writes for each site the inputs of `width` neighbouring sites, from this one on, round the ring.
#[inline(always)]
pub fn windows(inputs: &[Lanes], width: usize, windows: &mut [Lanes]) {
    for (site, window) in windows.chunks_exact_mut(width).enumerate() {
        for (offset, value) in window.iter_mut().enumerate() {
            let at = site + offset;
            *value = inputs[if at < inputs.len() {
                at
            } else {
                at % inputs.len()
            }];
        }
    }
}
