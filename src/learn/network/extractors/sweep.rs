//! A recurrent unit swept along a sequence of inputs, and back for the gradient.

use std::marker::PhantomData;

use super::cell::{Cell, Step, StepGradients};
use crate::lanes::Lanes;
use crate::learn::network::kernel::{
    Columns, accumulate, accumulate_bias, affine, resize, transposed_product,
};
use crate::learn::network::tensor_spec::TensorSpec;

/// The number of neighbouring sites in an input unless the deck says otherwise.
pub const DEFAULT_TUPLE: usize = 2;

/// One layer of a recurrent network, which starts from a state of zeros.
pub struct Sweep<C> {
    /// The number of inputs of a step.
    pub inputs: usize,
    /// The number of outputs of a step.
    pub features: usize,
    cell: PhantomData<C>,
}

/// The intermediate results of a sweep, step after step.
#[derive(Default)]
pub struct SweepBuffers {
    /// The states, the initial one first.
    states: Vec<Lanes>,
    saved: Vec<Lanes>,
    /// The gates' shares of the inputs, later the gradients with respect to them.
    input: Vec<Lanes>,
    /// The gates' shares of the outputs of the last step, later the gradients of all steps.
    recurrent: Vec<Lanes>,
    /// Gradients with respect to the states after and before a step.
    state_gradients: [Vec<Lanes>; 2],
}

/// The tensors of one member.
struct Tensors<'p> {
    weight_ih: &'p [f64],
    weight_hh: &'p [f64],
    bias_ih: &'p [f64],
    bias_hh: &'p [f64],
}

impl<C: Cell> Sweep<C> {
    /// A unit with so many inputs and outputs.
    pub fn new(inputs: usize, features: usize) -> Self {
        let cell = PhantomData;
        Self {
            inputs,
            features,
            cell,
        }
    }

    /// The tensors, named and initialized as in PyTorch. The names end with `direction`.
    pub fn tensor_specs(&self, direction: &str) -> Vec<TensorSpec> {
        let gates = C::GATES * self.features;
        let bound = 1.0 / (self.features as f64).sqrt();
        let spec = |name: &str, dimensions: &[usize]| {
            TensorSpec::new(format!("rnn.{name}{direction}"), dimensions, bound)
        };
        vec![
            spec("weight_ih_l0", &[gates, self.inputs]),
            spec("weight_hh_l0", &[gates, self.features]),
            spec("bias_ih_l0", &[gates]),
            spec("bias_hh_l0", &[gates]),
        ]
    }

    /// The number of parameters.
    pub fn count(&self) -> usize {
        C::GATES * self.features * (self.inputs + self.features + 2)
    }

    /// The lengths of the two weights and of a bias, in the order of the parameters.
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
    pub fn forward(&self, parameters: &[f64], inputs: &[Lanes], buffers: &mut SweepBuffers) {
        let tensors = self.tensors(parameters);
        let features = self.features;
        let (gates, state) = (C::GATES * features, C::STATES * features);
        let steps = inputs.len() / self.inputs;
        resize(&mut buffers.states, (steps + 1) * state);
        buffers.states[..state].fill(Lanes::ZERO);
        resize(&mut buffers.saved, steps * C::SAVED * features);
        resize(&mut buffers.input, steps * gates);
        resize(&mut buffers.recurrent, steps * gates);
        for (step, inputs) in inputs.chunks_exact(self.inputs).enumerate() {
            let (before, after) = buffers.states[step * state..][..2 * state].split_at_mut(state);
            let input = &mut buffers.input[step * gates..][..gates];
            let recurrent = &mut buffers.recurrent[..gates];
            affine(tensors.weight_ih, tensors.bias_ih, inputs, input);
            affine(
                tensors.weight_hh,
                tensors.bias_hh,
                &before[..features],
                recurrent,
            );
            let saved = &mut buffers.saved[step * C::SAVED * features..][..C::SAVED * features];
            C::forward(features, input, recurrent, before, after, saved);
        }
    }

    /// The output after a step of the last sweep.
    #[inline(always)]
    pub fn output<'m>(&self, buffers: &'m SweepBuffers, step: usize) -> &'m [Lanes] {
        &buffers.states[(step + 1) * C::STATES * self.features..][..self.features]
    }

    /// Adds the gradient of a loss with respect to the parameters to `gradient`.
    ///
    /// For each step `add_gradients` gets the step and its output. It adds the loss's own gradient with
    /// respect to that output to the gradient that comes from later steps.
    #[inline(always)]
    pub fn backward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        buffers: &mut SweepBuffers,
        add_gradients: impl Fn(usize, &[Lanes], &mut [Lanes]),
        gradient: &mut [f64],
    ) {
        let tensors = self.tensors(parameters);
        let features = self.features;
        let (gates, state) = (C::GATES * features, C::STATES * features);
        let steps = inputs.len() / self.inputs;
        let [after_gradients, before_gradients] = &mut buffers.state_gradients;
        for gradients in [&mut *after_gradients, &mut *before_gradients] {
            resize(gradients, state);
            gradients.fill(Lanes::ZERO);
        }
        for step in (0..steps).rev() {
            let (before, after) = buffers.states[step * state..][..2 * state].split_at(state);
            add_gradients(step, &after[..features], &mut after_gradients[..features]);
            let gradients = StepGradients {
                input: &mut buffers.input[step * gates..][..gates],
                recurrent: &mut buffers.recurrent[step * gates..][..gates],
                before: before_gradients,
            };
            let saved = &buffers.saved[step * C::SAVED * features..][..C::SAVED * features];
            C::backward(
                features,
                Step {
                    before,
                    after,
                    saved,
                },
                after_gradients,
                gradients,
            );
            transposed_product(
                tensors.weight_hh,
                &buffers.recurrent[step * gates..][..gates],
                &mut before_gradients[..features],
            );
            std::mem::swap(after_gradients, before_gradients);
        }
        let [input, recurrent, _] = self.lengths();
        let (weight_ih, rest) = gradient.split_at_mut(input);
        let (weight_hh, rest) = rest.split_at_mut(recurrent);
        let (bias_ih, bias_hh) = rest.split_at_mut(gates);
        let inputs = Columns::all(inputs, self.inputs);
        accumulate(&buffers.input, gates, inputs, weight_ih);
        let outputs = Columns {
            values: &buffers.states,
            stride: state,
            count: features,
        };
        accumulate(&buffers.recurrent, gates, outputs, weight_hh);
        accumulate_bias(&buffers.input, bias_ih);
        accumulate_bias(&buffers.recurrent, bias_hh);
    }
}
