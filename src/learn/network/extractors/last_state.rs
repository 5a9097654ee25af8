//! A recurrent unit that reads the chain once; its last output is the feature vector
//! (arXiv:2202.08853, figure 2).

use super::cell::Cell;
use super::sweep::{DEFAULT_TUPLE, Sweep, SweepBuffers};
use crate::deck::NetworkDeck;
use crate::lanes::Lanes;
use crate::learn::network::extractor::{Extractor, windows};
use crate::learn::network::kernel::resize;
use crate::learn::network::tensor_spec::TensorSpec;

/// A unit that reads `tuple` neighbouring fields of the ring at each step.
pub struct LastState<C> {
    sweep: Sweep<C>,
}

impl<C: Cell> LastState<C> {
    /// The extractor that `model` describes.
    pub fn new(model: &NetworkDeck) -> Self {
        Self {
            sweep: Sweep::new(model.tuple.unwrap_or(DEFAULT_TUPLE), model.features),
        }
    }
}

/// The inputs of all steps, and the buffers of the sweep.
#[derive(Default)]
pub struct LastStateBuffers {
    tuples: Vec<Lanes>,
    sweep: SweepBuffers,
}

impl<C: Cell> Extractor for LastState<C> {
    type Buffers = LastStateBuffers;

    fn tensor_specs(&self) -> Vec<TensorSpec> {
        self.sweep.tensor_specs("")
    }

    fn features(&self) -> usize {
        self.sweep.features
    }

    #[inline(always)]
    fn forward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        buffers: &mut LastStateBuffers,
        features: &mut [Lanes],
    ) {
        resize(&mut buffers.tuples, inputs.len() * self.sweep.inputs);
        windows(inputs, self.sweep.inputs, &mut buffers.tuples);
        self.sweep
            .forward(parameters, &buffers.tuples, &mut buffers.sweep);
        features.copy_from_slice(self.sweep.output(&buffers.sweep, inputs.len() - 1));
    }

    #[inline(always)]
    fn backward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        buffers: &mut LastStateBuffers,
        feature_gradients: &[Lanes],
        gradient: &mut [f64],
    ) {
        let last = inputs.len() - 1;
        let add = |step: usize, _: &[Lanes], into: &mut [Lanes]| {
            if step == last {
                into.copy_from_slice(feature_gradients);
            }
        };
        self.sweep.backward(
            parameters,
            &buffers.tuples,
            &mut buffers.sweep,
            add,
            gradient,
        );
    }
}
