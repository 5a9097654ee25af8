//! Circular convolutions and a mean over the ring, for chains of any length (N. Saraceni, S. Cantori
//! and S. Pilati, Phys. Rev. E 102, 033301 (2020)).

use crate::deck::NetworkDeck;
use crate::lanes::Lanes;
use crate::learn::network::extractor::Extractor;
use crate::learn::network::kernel::{
    Columns, accumulate, accumulate_bias, affine, resize, transposed_product,
};
use crate::learn::network::tensor_spec::TensorSpec;

/// The number of layers unless the deck says otherwise.
const DEFAULT_LAYERS: usize = 2;

/// The number of sites that a convolution reads unless the deck says otherwise.
const DEFAULT_KERNEL: usize = 3;

/// Layers of convolution and ReLU. Each layer has as many channels as there are features.
pub struct Cnn {
    channels: usize,
    layers: usize,
    kernel: usize,
}

/// The intermediate results of all layers.
#[derive(Default)]
pub struct CnnBuffers {
    layers: Vec<Layer>,
    /// Gradients with respect to the outputs of a layer and of the layer below.
    gradients: [Vec<Lanes>; 2],
    /// Gradients with respect to one window.
    window: Vec<Lanes>,
}

/// The intermediate results of one layer.
#[derive(Default)]
struct Layer {
    /// What the layer reads at each site (site, channel, offset).
    windows: Vec<Lanes>,
    /// (site, channel).
    outputs: Vec<Lanes>,
}

/// Where the tensors of a layer start among the parameters, and where they end.
struct Offsets {
    weight: usize,
    bias: usize,
    end: usize,
}

impl Cnn {
    /// The extractor that `model` describes.
    pub fn new(model: &NetworkDeck) -> Self {
        Self {
            channels: model.features,
            layers: model.layers.unwrap_or(DEFAULT_LAYERS),
            kernel: model.kernel.unwrap_or(DEFAULT_KERNEL),
        }
    }

    /// The number of channels that a layer reads.
    #[inline(always)]
    fn channels_into(&self, layer: usize) -> usize {
        if layer == 0 { 1 } else { self.channels }
    }

    #[inline(always)]
    fn offsets(&self, layer: usize) -> Offsets {
        let inner = self.channels * (self.channels * self.kernel + 1);
        let first = self.channels * (self.kernel + 1);
        let weight = if layer == 0 {
            0
        } else {
            first + (layer - 1) * inner
        };
        let bias = weight + self.channels * self.channels_into(layer) * self.kernel;
        Offsets {
            weight,
            bias,
            end: bias + self.channels,
        }
    }

    /// The site at `offset` of the window round `site`.
    #[inline(always)]
    fn site(&self, site: usize, offset: usize, sites: usize) -> usize {
        // The kernel may be longer than a short ring.
        (site + offset + (self.kernel / 2) * (sites - 1)) % sites
    }
}

impl Extractor for Cnn {
    type Buffers = CnnBuffers;

    /// The tensors are named as in a `Sequential` of `Conv1d(…, padding_mode="circular")` and `ReLU`.
    fn tensor_specs(&self) -> Vec<TensorSpec> {
        (0..self.layers)
            .flat_map(|layer| {
                let dimensions = [self.channels, self.channels_into(layer), self.kernel];
                let bound = 1.0 / ((self.channels_into(layer) * self.kernel) as f64).sqrt();
                let name = |tensor| format!("cnn.{}.{tensor}", 2 * layer);
                [
                    TensorSpec::new(name("weight"), &dimensions, bound),
                    TensorSpec::new(name("bias"), &[self.channels], bound),
                ]
            })
            .collect()
    }

    fn features(&self) -> usize {
        self.channels
    }

    #[inline(always)]
    fn forward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        buffers: &mut CnnBuffers,
        features: &mut [Lanes],
    ) {
        let sites = inputs.len();
        buffers.layers.resize_with(self.layers, Default::default);
        for layer in 0..self.layers {
            let (before, rest) = buffers.layers.split_at_mut(layer);
            let inputs = before.last().map_or(inputs, |below| &below.outputs);
            let Layer { windows, outputs } = &mut rest[0];
            let channels = self.channels_into(layer);
            let width = channels * self.kernel;
            resize(windows, sites * width);
            resize(outputs, sites * self.channels);
            let Offsets { weight, bias, end } = self.offsets(layer);
            for site in 0..sites {
                let window = &mut windows[site * width..][..width];
                for offset in 0..self.kernel {
                    let from = self.site(site, offset, sites) * channels;
                    for channel in 0..channels {
                        window[channel * self.kernel + offset] = inputs[from + channel];
                    }
                }
                let outputs = &mut outputs[site * self.channels..][..self.channels];
                affine(
                    &parameters[weight..bias],
                    &parameters[bias..end],
                    window,
                    outputs,
                );
                for output in outputs {
                    *output = output.relu();
                }
            }
        }
        features.fill(Lanes::ZERO);
        let mean_weight = Lanes::all(1.0 / sites as f64);
        let last = &buffers.layers[self.layers - 1];
        for outputs in last.outputs.chunks_exact(self.channels) {
            for (feature, output) in features.iter_mut().zip(outputs) {
                *feature = mean_weight.times_plus(*output, *feature);
            }
        }
    }

    #[inline(always)]
    fn backward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        buffers: &mut CnnBuffers,
        feature_gradients: &[Lanes],
        gradient: &mut [f64],
    ) {
        let sites = inputs.len();
        let mean_weight = Lanes::all(1.0 / sites as f64);
        let [above, below] = &mut buffers.gradients;
        // The features are means, so that the gradients of the last layer are the same at each site.
        resize(above, sites * self.channels);
        for above in above.chunks_exact_mut(self.channels) {
            for (above, gradient) in above.iter_mut().zip(feature_gradients) {
                *above = mean_weight * *gradient;
            }
        }
        for layer in (0..self.layers).rev() {
            let Layer { windows, outputs } = &buffers.layers[layer];
            for (gradient, output) in above.iter_mut().zip(outputs) {
                *gradient = gradient.where_above(*output, 0.0, Lanes::ZERO);
            }
            let channels = self.channels_into(layer);
            let width = channels * self.kernel;
            let Offsets { weight, bias, end } = self.offsets(layer);
            let (weight_gradient, bias_gradient) =
                gradient[weight..end].split_at_mut(bias - weight);
            let windows = Columns::all(windows, width);
            accumulate(above, self.channels, windows, weight_gradient);
            accumulate_bias(above, bias_gradient);
            if layer == 0 {
                break;
            }
            let window = &mut buffers.window;
            resize(window, width);
            resize(below, sites * channels);
            below.fill(Lanes::ZERO);
            for site in 0..sites {
                window.fill(Lanes::ZERO);
                let gradients = &above[site * self.channels..][..self.channels];
                transposed_product(&parameters[weight..bias], gradients, window);
                for offset in 0..self.kernel {
                    let to = self.site(site, offset, sites) * channels;
                    for channel in 0..channels {
                        below[to + channel] =
                            below[to + channel] + window[channel * self.kernel + offset];
                    }
                }
            }
            std::mem::swap(above, below);
        }
    }
}
