//! Circular convolutions and a mean over the ring, for chains of any length (N. Saraceni, S. Cantori
//! and S. Pilati, Phys. Rev. E 102, 033301 (2020)).

use tch::Tensor;

use super::extractor::Extractor;
use super::regularisation::Dropout;
use super::tensors::Tensors;
use crate::deck::NetworkDeck;
use crate::learn::network::tensor_spec::TensorSpec;

/// Layers of convolution and ReLU. Each layer has as many channels as there are features.
pub struct Convolutions {
    channels: usize,
    layers: usize,
    kernel: usize,
}

impl Convolutions {
    /// The extractor that `model` describes.
    pub fn new(model: &NetworkDeck) -> Self {
        Self {
            channels: model.features,
            layers: model.layers.unwrap_or(2),
            kernel: model.kernel.unwrap_or(3),
        }
    }
}

impl Extractor for Convolutions {
    fn tensor_specs(&self) -> Vec<TensorSpec> {
        let of_layer = |layer: usize| {
            let into = if layer == 0 { 1 } else { self.channels };
            let bound = 1.0 / ((into * self.kernel) as f64).sqrt();
            let name = |part: &str| format!("cnn.{}.{part}", 2 * layer);
            let weight = &[self.channels, into, self.kernel];
            [
                TensorSpec::new(name("weight"), weight, bound),
                TensorSpec::new(name("bias"), &[self.channels], bound),
            ]
        };
        (0..self.layers).flat_map(of_layer).collect()
    }

    fn features(&self) -> usize {
        self.channels
    }

    fn forward(&self, tensors: &Tensors, fields: &Tensor, dropout: &Dropout) -> Tensor {
        let (sites, before) = (fields.size()[1], self.kernel as i64 / 2);
        let after = self.kernel as i64 - 1 - before;
        // A kernel may be longer than the ring.
        let around =
            Tensor::arange_start(-before, sites + after, (tch::Kind::Int64, fields.device()));
        let around = around.remainder(sites);
        let mut signal = fields.unsqueeze(1);
        for layer in 0..self.layers {
            let weight = tensors.get(&format!("cnn.{}.weight", 2 * layer));
            let bias = tensors.get(&format!("cnn.{}.bias", 2 * layer));
            let padded = signal.index_select(2, &around);
            signal = padded.conv1d(weight, Some(bias), [1], [0], [1], 1).relu();
            if layer + 1 < self.layers {
                signal = dropout.apply(signal);
            }
        }
        signal.mean_dim(2, false, signal.kind())
    }
}
