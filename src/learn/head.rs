//! The fully connected part that maps features to indicators (arXiv:2202.08853, figure 7).

use tch::Tensor;

use super::Shape;
use super::network::linear;

/// Linear(features, hidden) – ReLU – Linear(hidden, targets).
pub struct Head {
    /// Inputs.
    pub features: usize,
    /// Width of the hidden layer.
    pub hidden: usize,
    /// Outputs.
    pub targets: usize,
}

impl Head {
    /// Its parameter tensors, named and initialized as in PyTorch's `Sequential` of `Linear`s.
    pub fn shapes(&self) -> Vec<Shape> {
        let bound = |inputs: usize| 1.0 / (inputs as f64).sqrt();
        let (first, second) = (bound(self.features), bound(self.hidden));
        vec![
            Shape::new("head.0.weight", &[self.hidden, self.features], first),
            Shape::new("head.0.bias", &[self.hidden], first),
            Shape::new("head.2.weight", &[self.targets, self.hidden], second),
            Shape::new("head.2.bias", &[self.targets], second),
        ]
    }

    /// `features` (M, B, features) → (M, B, targets), with the tensors of [`shapes`](Self::shapes).
    pub fn forward(&self, parameters: &[Tensor], features: &Tensor) -> Tensor {
        let [weight_in, bias_in, weight_out, bias_out] = parameters else {
            panic!("a head has four parameter tensors, as its shapes say");
        };
        let hidden = linear(features, weight_in, bias_in).relu();
        linear(&hidden, weight_out, bias_out)
    }
}
