//! A recurrent unit that reads the chain once; its last output is the feature vector
//! (arXiv:2202.08853, figure 2).

use super::cell::Cell;
use super::sweep::{self, Sweep, TUPLE};
use crate::deck::Model;
use crate::lanes::Lanes;
use crate::learn::network::extractor::{Extractor, windows};
use crate::learn::network::kernel::resize;
use crate::learn::network::parameters::Shape;

/// A unit that sees `tuple` neighbouring fields of the ring at a time.
pub struct LastState<C> {
    sweep: Sweep<C>,
}

impl<C: Cell> LastState<C> {
    /// The one that `model` describes.
    pub fn new(model: &Model) -> Self {
        Self {
            sweep: Sweep::new(model.tuple.unwrap_or(TUPLE), model.features),
        }
    }
}

/// The inputs of all steps, and the sweep's.
#[derive(Default)]
pub struct Memory {
    tuples: Vec<Lanes>,
    sweep: sweep::Memory,
}

impl<C: Cell> Extractor for LastState<C> {
    type Memory = Memory;

    fn shapes(&self) -> Vec<Shape> {
        self.sweep.shapes("")
    }

    fn features(&self) -> usize {
        self.sweep.features
    }

    #[inline(always)]
    fn forward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        memory: &mut Memory,
        features: &mut [Lanes],
    ) {
        resize(&mut memory.tuples, inputs.len() * self.sweep.inputs);
        windows(inputs, self.sweep.inputs, &mut memory.tuples);
        self.sweep
            .forward(parameters, &memory.tuples, &mut memory.sweep);
        features.copy_from_slice(self.sweep.output(&memory.sweep, inputs.len() - 1));
    }

    #[inline(always)]
    fn backward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        memory: &mut Memory,
        slopes: &[Lanes],
        gradient: &mut [f64],
    ) {
        let last = inputs.len() - 1;
        let add = |step: usize, _: &[Lanes], into: &mut [Lanes]| {
            if step == last {
                into.copy_from_slice(slopes);
            }
        };
        self.sweep
            .backward(parameters, &memory.tuples, &mut memory.sweep, add, gradient);
    }
}
