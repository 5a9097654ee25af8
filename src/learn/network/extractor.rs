//! What every kind of network offers.

use super::parameters::Shape;
use crate::lanes::Lanes;

/// The part of a network that reads a chain of any length, without its parameters.
///
/// A pass serves as many samples as there are lanes, all of one length; parameters are those of one
/// member, in the order of [`shapes`](Self::shapes). Passes are inlined into code that is compiled
/// for each instruction set, so implementations mark them `#[inline(always)]`.
pub trait Extractor: Send + Sync {
    /// What a pass needs room for and the way back reads again.
    type Memory: Default;

    /// The parameter tensors, named as PyTorch names them.
    fn shapes(&self) -> Vec<Shape>;

    /// The number of features.
    fn features(&self) -> usize;

    /// The part of a sample's inputs that is for this member of the ensemble.
    fn inputs_of<'s>(&self, inputs: &'s [f64], _member: usize) -> &'s [f64] {
        inputs
    }

    /// From the inputs, one for each site, to the features.
    fn forward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        memory: &mut Self::Memory,
        features: &mut [Lanes],
    );

    /// Adds the gradient that belongs to `slopes`, those of the loss with respect to the features
    /// of the last [`forward`](Self::forward), to `gradient`.
    fn backward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        memory: &mut Self::Memory,
        slopes: &[Lanes],
        gradient: &mut [f64],
    );
}

/// Writes for every site the inputs of the `width` sites from it on, round the ring.
#[inline(always)]
pub fn windows(inputs: &[Lanes], width: usize, windows: &mut [Lanes]) {
    for (site, window) in windows.chunks_exact_mut(width).enumerate() {
        for (next, place) in window.iter_mut().enumerate() {
            let at = site + next;
            *place = inputs[if at < inputs.len() {
                at
            } else {
                at % inputs.len()
            }];
        }
    }
}
