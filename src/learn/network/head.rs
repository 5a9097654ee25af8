//! The fully connected part that maps features to indicators (arXiv:2202.08853, figure 7).

use super::kernel::{
    Columns, accumulate, accumulate_bias, affine, prevent_unrolling, resize, transposed_product,
};
use super::tensor_spec::TensorSpec;
use crate::lanes::Lanes;

/// Linear(inputs, hidden), ReLU, Linear(hidden, outputs).
pub struct Head {
    /// The features, and ε if it is an input.
    pub inputs: usize,
    /// The width of the hidden layer.
    pub hidden: usize,
    /// The number of outputs.
    pub outputs: usize,
}

/// The intermediate results of a batch. A group is what the lanes hold at a time; groups lie one after
/// the other.
#[derive(Default)]
pub struct HeadBuffers {
    inputs: Vec<Lanes>,
    hidden: Vec<Lanes>,
    output_gradients: Vec<Lanes>,
    hidden_gradients: Vec<Lanes>,
    /// The outputs of the last forward pass.
    pub outputs: Vec<Lanes>,
    /// Gradients with respect to the inputs, added up over backward passes.
    pub input_gradients: Vec<Lanes>,
}

/// Where the tensors after the first start among the parameters.
struct Offsets {
    hidden_bias: usize,
    output_weight: usize,
    output_bias: usize,
}

impl Head {
    /// The tensors, named and initialized as in PyTorch's `Sequential` of `Linear`s.
    pub fn tensor_specs(&self) -> Vec<TensorSpec> {
        let bound = |inputs: usize| 1.0 / (inputs as f64).sqrt();
        let (first, second) = (bound(self.inputs), bound(self.hidden));
        vec![
            TensorSpec::new("head.0.weight", &[self.hidden, self.inputs], first),
            TensorSpec::new("head.0.bias", &[self.hidden], first),
            TensorSpec::new("head.2.weight", &[self.outputs, self.hidden], second),
            TensorSpec::new("head.2.bias", &[self.outputs], second),
        ]
    }

    #[inline(always)]
    fn offsets(&self) -> Offsets {
        let hidden_bias = self.hidden * self.inputs;
        let output_weight = hidden_bias + self.hidden;
        Offsets {
            hidden_bias,
            output_weight,
            output_bias: output_weight + self.outputs * self.hidden,
        }
    }

    /// Makes room for the passes of so many groups.
    #[inline(always)]
    pub fn prepare(&self, groups: usize, buffers: &mut HeadBuffers) {
        resize(&mut buffers.inputs, groups * self.inputs);
        for hidden in [&mut buffers.hidden, &mut buffers.hidden_gradients] {
            resize(hidden, groups * self.hidden);
        }
        resize(&mut buffers.output_gradients, groups * self.outputs);
        resize(&mut buffers.outputs, self.outputs);
        resize(&mut buffers.input_gradients, self.inputs);
    }

    /// The inputs of a group, to be written before its forward pass.
    #[inline(always)]
    pub fn inputs<'m>(&self, group: usize, buffers: &'m mut HeadBuffers) -> &'m mut [Lanes] {
        &mut buffers.inputs[group * self.inputs..][..self.inputs]
    }

    /// Copies the inputs of one group to another.
    #[inline(always)]
    pub fn copy_inputs(&self, from: usize, to: usize, buffers: &mut HeadBuffers) {
        let own = from * self.inputs..(from + 1) * self.inputs;
        buffers.inputs.copy_within(own, to * self.inputs);
    }

    /// The outputs of the last forward pass, and the gradients with respect to the outputs of a group,
    /// to be written before its backward pass.
    #[inline(always)]
    pub fn outputs<'m>(
        &self,
        group: usize,
        buffers: &'m mut HeadBuffers,
    ) -> (&'m [Lanes], &'m mut [Lanes]) {
        let gradients = &mut buffers.output_gradients[group * self.outputs..][..self.outputs];
        (&buffers.outputs, gradients)
    }

    /// From the inputs of a group to its outputs.
    #[inline(always)]
    pub fn forward(&self, parameters: &[f64], group: usize, buffers: &mut HeadBuffers) {
        let Offsets {
            hidden_bias,
            output_weight,
            output_bias,
        } = self.offsets();
        let inputs = &buffers.inputs[group * self.inputs..][..self.inputs];
        let hidden = &mut buffers.hidden[group * self.hidden..][..self.hidden];
        affine(
            &parameters[..hidden_bias],
            &parameters[hidden_bias..output_weight],
            inputs,
            hidden,
        );
        for hidden in &mut *hidden {
            prevent_unrolling();
            *hidden = hidden.relu();
        }
        affine(
            &parameters[output_weight..output_bias],
            &parameters[output_bias..],
            hidden,
            &mut buffers.outputs,
        );
    }

    /// From the gradients of a group's outputs to those of its hidden layer and, if `with_inputs`, of
    /// its inputs.
    #[inline(always)]
    pub fn backward(
        &self,
        parameters: &[f64],
        group: usize,
        with_inputs: bool,
        buffers: &mut HeadBuffers,
    ) {
        let Offsets {
            hidden_bias,
            output_weight,
            output_bias,
        } = self.offsets();
        let own = group * self.hidden..(group + 1) * self.hidden;
        let output_gradients = &buffers.output_gradients[group * self.outputs..][..self.outputs];
        let hidden_gradients = &mut buffers.hidden_gradients[own.clone()];
        hidden_gradients.fill(Lanes::ZERO);
        transposed_product(
            &parameters[output_weight..output_bias],
            output_gradients,
            hidden_gradients,
        );
        for (gradient, hidden) in hidden_gradients.iter_mut().zip(&buffers.hidden[own]) {
            prevent_unrolling();
            *gradient = gradient.where_above(*hidden, 0.0, Lanes::ZERO);
        }
        if with_inputs {
            transposed_product(
                &parameters[..hidden_bias],
                hidden_gradients,
                &mut buffers.input_gradients,
            );
        }
    }

    /// Adds the gradient of all groups with respect to the parameters to `gradient`.
    ///
    /// All groups are added up at once, because the sum over the lanes of every parameter would cost
    /// more than the passes of a group.
    #[inline(always)]
    pub fn gradient(&self, buffers: &HeadBuffers, gradient: &mut [f64]) {
        let Offsets {
            hidden_bias,
            output_weight,
            output_bias,
        } = self.offsets();
        let (of_hidden, of_output) = gradient.split_at_mut(output_weight);
        let (weight, bias) = of_output.split_at_mut(output_bias - output_weight);
        let hidden = Columns::all(&buffers.hidden, self.hidden);
        accumulate(&buffers.output_gradients, self.outputs, hidden, weight);
        accumulate_bias(&buffers.output_gradients, bias);
        let (weight, bias) = of_hidden.split_at_mut(hidden_bias);
        let inputs = Columns::all(&buffers.inputs, self.inputs);
        accumulate(&buffers.hidden_gradients, self.hidden, inputs, weight);
        accumulate_bias(&buffers.hidden_gradients, bias);
    }
}
