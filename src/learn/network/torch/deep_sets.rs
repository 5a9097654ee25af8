//! A network of a set (M. Zaheer et al., arXiv:1703.06114): numbers of each site and its neighbours, which
//! a shift only renumbers, pass through the same layers, and features are means over the sites.
//!
//! It is a baseline. What it does not know is how sites beyond the neighbours follow each other.

use tch::Tensor;

use super::extractor::{Extractor, mean};
use super::regularisation::Dropout;
use super::tensors::{Tensors, linear_specs};
use crate::deck::NetworkDeck;
use crate::learn::network::tensor_spec::TensorSpec;

/// Fully connected layers over the descriptors of a site.
pub struct DeepSets {
    width: usize,
    layers: usize,
    /// The largest distance of a neighbour.
    reach: usize,
}

impl DeepSets {
    /// The extractor that `model` describes.
    pub fn new(model: &NetworkDeck) -> Self {
        Self {
            width: model.features,
            layers: model.layers.unwrap_or(2),
            reach: model.kernel.unwrap_or(3),
        }
    }

    /// (sample, site, descriptor): |h_i|, and for each distance r |h_i − h_{i+r}| and h_i h_{i+r}. The
    /// reversal of all fields changes none of them.
    fn descriptors(&self, fields: &Tensor) -> Tensor {
        let mut all = vec![fields.abs()];
        for distance in 1..=self.reach as i64 {
            let other = fields.roll(-distance, 1);
            all.extend([(fields - &other).abs(), fields * &other]);
        }
        Tensor::stack(&all, 2)
    }
}

impl Extractor for DeepSets {
    fn tensor_specs(&self) -> Vec<TensorSpec> {
        let inputs = |layer: usize| match layer {
            0 => 1 + 2 * self.reach,
            _ => self.width,
        };
        let of_layer =
            |layer: usize| linear_specs(&format!("set.{}", 2 * layer), inputs(layer), self.width);
        (0..self.layers).flat_map(of_layer).collect()
    }

    fn features(&self) -> usize {
        2 * self.width
    }

    fn forward(&self, tensors: &Tensors, fields: &Tensor, dropout: &Dropout) -> Tensor {
        let mut values = self.descriptors(fields);
        for layer in 0..self.layers {
            values = tensors
                .linear(&format!("set.{}", 2 * layer), &values)
                .relu();
            if layer + 1 < self.layers {
                values = dropout.apply(values);
            }
        }
        Tensor::cat(&[mean(&values), mean(&values.square())], 1)
    }
}
