//! The fully connected part that maps features to indicators (arXiv:2202.08853, figure 7).

use super::kernel::{accumulate, accumulate_bias, affine, one_by_one, pull_back, resize};
use super::parameters::Shape;
use crate::lanes::Lanes;

/// Linear(inputs, hidden) – ReLU – Linear(hidden, outputs).
pub struct Head {
    /// Features, and ε if it is one of the inputs.
    pub inputs: usize,
    /// Width of the hidden layer.
    pub hidden: usize,
    /// Outputs.
    pub outputs: usize,
}

/// The passes of a batch, one group of lanes after the other.
#[derive(Default)]
pub struct Memory {
    inputs: Vec<Lanes>,
    hidden: Vec<Lanes>,
    slopes: Vec<Lanes>,
    hidden_slopes: Vec<Lanes>,
    /// What the head answered last.
    pub outputs: Vec<Lanes>,
    /// Slopes with respect to the inputs, of the groups that went back since it was zero.
    pub input_slopes: Vec<Lanes>,
}

impl Head {
    /// Its tensors, named and initialized as in PyTorch's `Sequential` of `Linear`s.
    pub fn shapes(&self) -> Vec<Shape> {
        let bound = |inputs: usize| 1.0 / (inputs as f64).sqrt();
        let (first, second) = (bound(self.inputs), bound(self.hidden));
        vec![
            Shape::new("head.0.weight", &[self.hidden, self.inputs], first),
            Shape::new("head.0.bias", &[self.hidden], first),
            Shape::new("head.2.weight", &[self.outputs, self.hidden], second),
            Shape::new("head.2.bias", &[self.outputs], second),
        ]
    }

    /// Where the tensors but the first start.
    #[inline(always)]
    fn places(&self) -> [usize; 3] {
        let bias_in = self.hidden * self.inputs;
        let weight_out = bias_in + self.hidden;
        [bias_in, weight_out, weight_out + self.outputs * self.hidden]
    }

    /// Makes room for the passes of so many groups.
    #[inline(always)]
    pub fn prepare(&self, groups: usize, memory: &mut Memory) {
        resize(&mut memory.inputs, groups * self.inputs);
        for hidden in [&mut memory.hidden, &mut memory.hidden_slopes] {
            resize(hidden, groups * self.hidden);
        }
        resize(&mut memory.slopes, groups * self.outputs);
        resize(&mut memory.outputs, self.outputs);
        resize(&mut memory.input_slopes, self.inputs);
    }

    /// The inputs of a group, to be filled before its pass.
    #[inline(always)]
    pub fn inputs<'m>(&self, group: usize, memory: &'m mut Memory) -> &'m mut [Lanes] {
        &mut memory.inputs[group * self.inputs..][..self.inputs]
    }

    /// Gives one group the inputs of another.
    #[inline(always)]
    pub fn repeat(&self, from: usize, to: usize, memory: &mut Memory) {
        let own = from * self.inputs..(from + 1) * self.inputs;
        memory.inputs.copy_within(own, to * self.inputs);
    }

    /// The outputs of a group's pass, and the slopes with respect to them, to be filled before its way
    /// back.
    #[inline(always)]
    pub fn outputs<'m>(
        &self,
        group: usize,
        memory: &'m mut Memory,
    ) -> (&'m [Lanes], &'m mut [Lanes]) {
        let slopes = &mut memory.slopes[group * self.outputs..][..self.outputs];
        (&memory.outputs, slopes)
    }

    /// From the inputs to the outputs.
    #[inline(always)]
    pub fn forward(&self, parameters: &[f64], group: usize, memory: &mut Memory) {
        let [bias_in, weight_out, bias_out] = self.places();
        let inputs = &memory.inputs[group * self.inputs..][..self.inputs];
        let hidden = &mut memory.hidden[group * self.hidden..][..self.hidden];
        let (weight, bias) = (&parameters[..bias_in], &parameters[bias_in..weight_out]);
        affine(weight, bias, inputs, hidden);
        for hidden in &mut *hidden {
            one_by_one();
            *hidden = hidden.relu();
        }
        let (weight, bias) = (&parameters[weight_out..bias_out], &parameters[bias_out..]);
        affine(weight, bias, hidden, &mut memory.outputs);
    }

    /// From the slopes of a group's outputs to those of its inputs, which are added to
    /// `input_slopes` if somebody needs them.
    #[inline(always)]
    pub fn backward(&self, parameters: &[f64], group: usize, needed: bool, memory: &mut Memory) {
        let [bias_in, weight_out, bias_out] = self.places();
        let place = group * self.hidden..(group + 1) * self.hidden;
        let slopes = &memory.slopes[group * self.outputs..][..self.outputs];
        let hidden_slopes = &mut memory.hidden_slopes[place.clone()];
        hidden_slopes.fill(Lanes::ZERO);
        pull_back(&parameters[weight_out..bias_out], slopes, hidden_slopes);
        for (slope, hidden) in hidden_slopes.iter_mut().zip(&memory.hidden[place]) {
            one_by_one();
            *slope = slope.where_above(*hidden, 0.0, Lanes::ZERO);
        }
        if needed {
            pull_back(
                &parameters[..bias_in],
                hidden_slopes,
                &mut memory.input_slopes,
            );
        }
    }

    /// Adds the gradient of all groups to `gradient`: at once, since adding up the lanes of every
    /// parameter would cost more than the passes of a group.
    #[inline(always)]
    pub fn gradient(&self, memory: &Memory, gradient: &mut [f64]) {
        let [bias_in, weight_out, bias_out] = self.places();
        let (of_input, of_output) = gradient.split_at_mut(weight_out);
        let (weight, bias) = of_output.split_at_mut(bias_out - weight_out);
        let across = (self.hidden, self.hidden);
        accumulate(&memory.slopes, self.outputs, &memory.hidden, across, weight);
        accumulate_bias(&memory.slopes, bias);
        let (weight, bias) = of_input.split_at_mut(bias_in);
        let across = (self.inputs, self.inputs);
        accumulate(
            &memory.hidden_slopes,
            self.hidden,
            &memory.inputs,
            across,
            weight,
        );
        accumulate_bias(&memory.hidden_slopes, bias);
    }
}
