//! A recurrent unit swept along a sequence of inputs, forth and back.

use std::marker::PhantomData;

use super::cell::{Cell, Slopes, Step};
use crate::lanes::Lanes;
use crate::learn::network::kernel::{accumulate, accumulate_bias, affine, pull_back, resize};
use crate::learn::network::parameters::Shape;

/// Neighbouring sites in an input unless the deck says otherwise.
pub const TUPLE: usize = 2;

/// One layer of a recurrent network, from a state of zeros.
pub struct Sweep<C> {
    /// Inputs of a step.
    pub inputs: usize,
    /// Outputs of a step.
    pub features: usize,
    cell: PhantomData<C>,
}

/// What a sweep remembers, step after step.
#[derive(Default)]
pub struct Memory {
    /// The states, the initial one first.
    states: Vec<Lanes>,
    kept: Vec<Lanes>,
    /// The gates' shares of the inputs, later the slopes with respect to them.
    input: Vec<Lanes>,
    /// The gates' shares of the outputs, of the last step; later the slopes, of all.
    recurrent: Vec<Lanes>,
    carried: [Vec<Lanes>; 2],
}

/// A member's tensors.
struct Tensors<'p> {
    weight_ih: &'p [f64],
    weight_hh: &'p [f64],
    bias_ih: &'p [f64],
    bias_hh: &'p [f64],
}

impl<C: Cell> Sweep<C> {
    /// A unit with this many inputs and outputs.
    pub fn new(inputs: usize, features: usize) -> Self {
        let cell = PhantomData;
        Self {
            inputs,
            features,
            cell,
        }
    }

    /// Its tensors, named and initialized as PyTorch's; `direction` ends the names.
    pub fn shapes(&self, direction: &str) -> Vec<Shape> {
        let gates = C::GATES * self.features;
        let bound = 1.0 / (self.features as f64).sqrt();
        [
            ("weight_ih_l0", vec![gates, self.inputs]),
            ("weight_hh_l0", vec![gates, self.features]),
            ("bias_ih_l0", vec![gates]),
            ("bias_hh_l0", vec![gates]),
        ]
        .into_iter()
        .map(|(name, dimensions)| Shape::new(format!("rnn.{name}{direction}"), &dimensions, bound))
        .collect()
    }

    /// The number of its parameters.
    pub fn count(&self) -> usize {
        C::GATES * self.features * (self.inputs + self.features + 2)
    }

    /// Where each tensor stands in the parameters, and in the gradient.
    #[inline(always)]
    fn lengths(&self) -> [usize; 3] {
        let gates = C::GATES * self.features;
        [gates * self.inputs, gates * self.features, gates]
    }

    #[inline(always)]
    fn tensors<'p>(&self, parameters: &'p [f64]) -> Tensors<'p> {
        let [input, recurrent, gates] = self.lengths();
        let (weight_ih, rest) = parameters.split_at(input);
        let (weight_hh, rest) = rest.split_at(recurrent);
        let (bias_ih, bias_hh) = rest.split_at(gates);
        Tensors {
            weight_ih,
            weight_hh,
            bias_ih,
            bias_hh,
        }
    }

    /// Sweeps over `inputs` (steps, inputs).
    #[inline(always)]
    pub fn forward(&self, parameters: &[f64], inputs: &[Lanes], memory: &mut Memory) {
        let tensors = self.tensors(parameters);
        let features = self.features;
        let (gates, state) = (C::GATES * features, C::STATES * features);
        let steps = inputs.len() / self.inputs;
        resize(&mut memory.states, (steps + 1) * state);
        memory.states[..state].fill(Lanes::ZERO);
        resize(&mut memory.kept, steps * C::KEPT * features);
        resize(&mut memory.input, steps * gates);
        resize(&mut memory.recurrent, steps * gates);
        for (step, inputs) in inputs.chunks_exact(self.inputs).enumerate() {
            let (before, after) = memory.states[step * state..][..2 * state].split_at_mut(state);
            let input = &mut memory.input[step * gates..][..gates];
            let recurrent = &mut memory.recurrent[..gates];
            affine(tensors.weight_ih, tensors.bias_ih, inputs, input);
            affine(
                tensors.weight_hh,
                tensors.bias_hh,
                &before[..features],
                recurrent,
            );
            let kept = &mut memory.kept[step * C::KEPT * features..][..C::KEPT * features];
            C::step(features, input, recurrent, before, after, kept);
        }
    }

    /// The output after each step of the last sweep.
    #[inline(always)]
    pub fn output<'m>(&self, memory: &'m Memory, step: usize) -> &'m [Lanes] {
        &memory.states[(step + 1) * C::STATES * self.features..][..self.features]
    }

    /// Adds the gradient of a loss to `gradient`. `add_slopes` adds the slopes of the loss with
    /// respect to the output of a step to those that come from later steps.
    #[inline(always)]
    pub fn backward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        memory: &mut Memory,
        add_slopes: impl Fn(usize, &[Lanes], &mut [Lanes]),
        gradient: &mut [f64],
    ) {
        let tensors = self.tensors(parameters);
        let features = self.features;
        let (gates, state) = (C::GATES * features, C::STATES * features);
        let steps = inputs.len() / self.inputs;
        let [slopes, before_slopes] = &mut memory.carried;
        for carried in [&mut *slopes, &mut *before_slopes] {
            resize(carried, state);
            carried.fill(Lanes::ZERO);
        }
        for step in (0..steps).rev() {
            let (before, after) = memory.states[step * state..][..2 * state].split_at(state);
            add_slopes(step, &after[..features], &mut slopes[..features]);
            let found = Slopes {
                input: &mut memory.input[step * gates..][..gates],
                recurrent: &mut memory.recurrent[step * gates..][..gates],
                before: before_slopes,
            };
            let kept = &memory.kept[step * C::KEPT * features..][..C::KEPT * features];
            C::back(
                features,
                Step {
                    before,
                    after,
                    kept,
                },
                slopes,
                found,
            );
            let recurrent = &memory.recurrent[step * gates..][..gates];
            pull_back(tensors.weight_hh, recurrent, &mut before_slopes[..features]);
            std::mem::swap(slopes, before_slopes);
        }
        let [input, recurrent, _] = self.lengths();
        let (weight_ih, rest) = gradient.split_at_mut(input);
        let (weight_hh, rest) = rest.split_at_mut(recurrent);
        let (bias_ih, bias_hh) = rest.split_at_mut(gates);
        let across = (self.inputs, self.inputs);
        accumulate(&memory.input, gates, inputs, across, weight_ih);
        accumulate(
            &memory.recurrent,
            gates,
            &memory.states,
            (state, features),
            weight_hh,
        );
        accumulate_bias(&memory.input, bias_ih);
        accumulate_bias(&memory.recurrent, bias_hh);
    }
}
