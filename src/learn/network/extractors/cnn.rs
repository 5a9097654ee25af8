//! Circular convolutions with a mean over the ring, which any chain length fits (N. Saraceni,
//! S. Cantori and S. Pilati, Phys. Rev. E 102, 033301 (2020)).

use crate::deck::Model;
use crate::lanes::Lanes;
use crate::learn::network::extractor::Extractor;
use crate::learn::network::kernel::{accumulate, accumulate_bias, affine, pull_back, resize};
use crate::learn::network::parameters::Shape;

/// Layers unless the deck says otherwise.
pub const LAYERS: usize = 2;

/// Sites that a convolution sees unless the deck says otherwise.
pub const KERNEL: usize = 3;

/// Layers of convolution and ReLU; every layer has as many channels as there are features.
pub struct Cnn {
    channels: usize,
    layers: usize,
    kernel: usize,
}

/// Of each layer its windows (site, channel, place) and its outputs (site, channel); room for the
/// slopes with respect to the outputs of a layer, of the one below, and to one window.
#[derive(Default)]
pub struct Memory {
    layers: Vec<(Vec<Lanes>, Vec<Lanes>)>,
    slopes: [Vec<Lanes>; 2],
    window: Vec<Lanes>,
}

impl Cnn {
    /// The one that `model` describes.
    pub fn new(model: &Model) -> Self {
        Self {
            channels: model.features,
            layers: model.layers.unwrap_or(LAYERS),
            kernel: model.kernel.unwrap_or(KERNEL),
        }
    }

    /// Channels into a layer.
    #[inline(always)]
    fn into(&self, layer: usize) -> usize {
        if layer == 0 { 1 } else { self.channels }
    }

    /// Where a layer's weight and bias start, and where they end.
    #[inline(always)]
    fn places(&self, layer: usize) -> [usize; 3] {
        let inner = self.channels * (self.channels * self.kernel + 1);
        let first = self.channels * (self.kernel + 1);
        let start = if layer == 0 {
            0
        } else {
            first + (layer - 1) * inner
        };
        let weight = self.channels * self.into(layer) * self.kernel;
        [start, start + weight, start + weight + self.channels]
    }

    /// The site that stands at `place` of the window round `site`.
    #[inline(always)]
    fn site(&self, site: usize, place: usize, sites: usize) -> usize {
        // The kernel may be longer than a short ring.
        (site + place + (self.kernel / 2) * (sites - 1)) % sites
    }
}

impl Extractor for Cnn {
    type Memory = Memory;

    /// Named as in a `Sequential` of `Conv1d(…, padding_mode="circular")` and `ReLU`.
    fn shapes(&self) -> Vec<Shape> {
        (0..self.layers)
            .flat_map(|layer| {
                let dimensions = [self.channels, self.into(layer), self.kernel];
                let bound = 1.0 / ((self.into(layer) * self.kernel) as f64).sqrt();
                let name = |tensor| format!("cnn.{}.{tensor}", 2 * layer);
                [
                    Shape::new(name("weight"), &dimensions, bound),
                    Shape::new(name("bias"), &[self.channels], bound),
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
        memory: &mut Memory,
        features: &mut [Lanes],
    ) {
        let sites = inputs.len();
        memory.layers.resize_with(self.layers, Default::default);
        for layer in 0..self.layers {
            let (before, rest) = memory.layers.split_at_mut(layer);
            let inputs = before.last().map_or(inputs, |(_, outputs)| outputs);
            let (windows, outputs) = &mut rest[0];
            let channels = self.into(layer);
            let width = channels * self.kernel;
            resize(windows, sites * width);
            resize(outputs, sites * self.channels);
            let [start, bias, end] = self.places(layer);
            for site in 0..sites {
                let window = &mut windows[site * width..][..width];
                for place in 0..self.kernel {
                    let from = self.site(site, place, sites) * channels;
                    for channel in 0..channels {
                        window[channel * self.kernel + place] = inputs[from + channel];
                    }
                }
                let outputs = &mut outputs[site * self.channels..][..self.channels];
                affine(
                    &parameters[start..bias],
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
        let share = Lanes::all(1.0 / sites as f64);
        let (_, outputs) = &memory.layers[self.layers - 1];
        for outputs in outputs.chunks_exact(self.channels) {
            for (feature, output) in features.iter_mut().zip(outputs) {
                *feature = share.times_plus(*output, *feature);
            }
        }
    }

    #[inline(always)]
    fn backward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        memory: &mut Memory,
        slopes: &[Lanes],
        gradient: &mut [f64],
    ) {
        let sites = inputs.len();
        let share = Lanes::all(1.0 / sites as f64);
        let [above, below] = &mut memory.slopes;
        // The last layer's slopes are the same at every site.
        resize(above, sites * self.channels);
        for above in above.chunks_exact_mut(self.channels) {
            for (above, slope) in above.iter_mut().zip(slopes) {
                *above = share * *slope;
            }
        }
        for layer in (0..self.layers).rev() {
            let (windows, outputs) = &mut memory.layers[layer];
            for (slope, output) in above.iter_mut().zip(outputs.iter()) {
                *slope = slope.where_above(*output, 0.0, Lanes::ZERO);
            }
            let channels = self.into(layer);
            let width = channels * self.kernel;
            let [start, bias, end] = self.places(layer);
            let (weight_gradient, bias_gradient) = gradient[start..end].split_at_mut(bias - start);
            accumulate(
                above,
                self.channels,
                windows,
                (width, width),
                weight_gradient,
            );
            accumulate_bias(above, bias_gradient);
            if layer == 0 {
                break;
            }
            let window = &mut memory.window;
            resize(window, width);
            resize(below, sites * channels);
            below.fill(Lanes::ZERO);
            for site in 0..sites {
                window.fill(Lanes::ZERO);
                let slopes = &above[site * self.channels..][..self.channels];
                pull_back(&parameters[start..bias], slopes, window);
                for place in 0..self.kernel {
                    let to = self.site(site, place, sites) * channels;
                    for channel in 0..channels {
                        below[to + channel] =
                            below[to + channel] + window[channel * self.kernel + place];
                    }
                }
            }
            std::mem::swap(above, below);
        }
    }
}
