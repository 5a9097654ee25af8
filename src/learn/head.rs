//! The fully connected part that maps features to indicators (arXiv:2202.08853, figure 7).

use super::Shape;
use super::kernel::{Lanes, accumulate, accumulate_bias, affine, pull_back, resize};

/// Linear(inputs, hidden) – ReLU – Linear(hidden, outputs).
pub struct Head {
    /// Features, and ε if it is one of the inputs.
    pub inputs: usize,
    /// Width of the hidden layer.
    pub hidden: usize,
    /// Outputs.
    pub outputs: usize,
}

/// The last pass.
#[derive(Default)]
pub struct Memory {
    /// What the head was given; to be filled before a pass.
    pub inputs: Vec<Lanes>,
    hidden: Vec<Lanes>,
    /// What it answers.
    pub outputs: Vec<Lanes>,
    /// Slopes with respect to the outputs; to be filled before the way back.
    pub slopes: Vec<Lanes>,
    /// Slopes with respect to the inputs, after it.
    pub input_slopes: Vec<Lanes>,
    hidden_slopes: Vec<Lanes>,
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

    /// Makes room for a pass.
    #[inline(always)]
    pub fn prepare(&self, memory: &mut Memory) {
        for inputs in [&mut memory.inputs, &mut memory.input_slopes] {
            resize(inputs, self.inputs);
        }
        for hidden in [&mut memory.hidden, &mut memory.hidden_slopes] {
            resize(hidden, self.hidden);
        }
        for outputs in [&mut memory.outputs, &mut memory.slopes] {
            resize(outputs, self.outputs);
        }
    }

    /// From the inputs to the outputs.
    #[inline(always)]
    pub fn forward(&self, parameters: &[f64], memory: &mut Memory) {
        let [bias_in, weight_out, bias_out] = self.places();
        let (weight, bias) = (&parameters[..bias_in], &parameters[bias_in..weight_out]);
        affine(weight, bias, &memory.inputs, &mut memory.hidden);
        for hidden in &mut memory.hidden {
            *hidden = hidden.relu();
        }
        let (weight, bias) = (&parameters[weight_out..bias_out], &parameters[bias_out..]);
        affine(weight, bias, &memory.hidden, &mut memory.outputs);
    }

    /// Adds the gradient that belongs to the slopes of the last pass to `gradient`.
    #[inline(always)]
    pub fn backward(&self, parameters: &[f64], memory: &mut Memory, gradient: &mut [f64]) {
        let [bias_in, weight_out, bias_out] = self.places();
        let (of_input, of_output) = gradient.split_at_mut(weight_out);
        let (weight, bias) = of_output.split_at_mut(bias_out - weight_out);
        let across = (self.hidden, self.hidden);
        accumulate(&memory.slopes, self.outputs, &memory.hidden, across, weight);
        accumulate_bias(&memory.slopes, bias);

        memory.hidden_slopes.fill(Lanes::ZERO);
        let weight = &parameters[weight_out..bias_out];
        pull_back(weight, &memory.slopes, &mut memory.hidden_slopes);
        for (slope, hidden) in memory.hidden_slopes.iter_mut().zip(&memory.hidden) {
            *slope = slope.where_above(*hidden, 0.0, Lanes::ZERO);
        }
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

        memory.input_slopes.fill(Lanes::ZERO);
        let weight = &parameters[..bias_in];
        pull_back(weight, &memory.hidden_slopes, &mut memory.input_slopes);
    }
}
