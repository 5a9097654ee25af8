//! The fully connected part that maps features to outputs (arXiv:2202.08853, figure 7).

use tch::Tensor;

use super::regularisation::Dropout;
use super::tensors::{Tensors, linear_specs};
use crate::learn::network::tensor_spec::TensorSpec;

/// Linear, ReLU, Linear.
pub struct Head {
    /// The features, and a condition if it is an input.
    pub inputs: usize,
    /// The width of the hidden layer.
    pub hidden: usize,
    /// The number of outputs.
    pub outputs: usize,
}

impl Head {
    /// The tensors, named and initialized as in PyTorch's `Sequential` of `Linear`s.
    pub fn tensor_specs(&self) -> Vec<TensorSpec> {
        let first = linear_specs("head.0", self.inputs, self.hidden);
        let second = linear_specs("head.2", self.hidden, self.outputs);
        first.into_iter().chain(second).collect()
    }

    /// The outputs (…, output) of inputs (…, feature).
    pub fn forward(&self, tensors: &Tensors, inputs: &Tensor, dropout: &Dropout) -> Tensor {
        let hidden = tensors.linear("head.0", inputs).relu();
        tensors.linear("head.2", &dropout.apply(hidden))
    }
}
