//! A recurrent unit in each direction, several laps round the ring.
//!
//! Only the last lap counts, because by then the unit has forgotten at which site it started. So the
//! features hardly depend on where the ring is opened. They are the mean and the mean square of the
//! outputs over the sites.
//!
//! Quantities of half of the ring depend most on the field near the two ends of the half. For them the
//! outputs there can be features too.

use super::cell::Cell;
use super::sweep::{DEFAULT_TUPLE, Sweep, SweepBuffers};
use crate::deck::NetworkDeck;
use crate::lanes::Lanes;
use crate::learn::network::extractor::{Extractor, windows};
use crate::learn::network::kernel::resize;
use crate::learn::network::tensor_spec::TensorSpec;

/// The number of laps unless the deck says otherwise.
const DEFAULT_LAPS: usize = 2;

/// Two units that read `tuple` neighbouring fields at each step, clockwise and anticlockwise.
pub struct Ring<C> {
    sweep: Sweep<C>,
    laps: usize,
    /// Whether the outputs at the ends of the first half are features.
    ends: bool,
}

impl<C: Cell> Ring<C> {
    /// The extractor that `model` describes.
    pub fn new(model: &NetworkDeck) -> Self {
        Self {
            sweep: Sweep::new(model.tuple.unwrap_or(DEFAULT_TUPLE), model.features),
            laps: model.laps.unwrap_or(DEFAULT_LAPS),
            ends: false,
        }
    }

    /// The same with features at the ends of the first half.
    pub fn with_ends(model: &NetworkDeck) -> Self {
        Self {
            ends: true,
            ..Self::new(model)
        }
    }

    /// For each direction, the step at which the middle of a tuple lies on one of the two bonds that
    /// end the first half. Both steps are in the last lap.
    #[inline(always)]
    fn steps_at_end(&self, sites: usize, end: usize) -> [usize; 2] {
        let site = (end * (sites / 2) + sites - self.sweep.inputs / 2) % sites;
        let last_lap = (self.laps - 1) * sites;
        [last_lap + site, last_lap + sites - 1 - site]
    }
}

/// The intermediate results of both directions.
#[derive(Default)]
pub struct RingBuffers {
    directions: [Direction; 2],
    /// For each direction the outputs at the two ends of the first half.
    at_ends: [Vec<Lanes>; 2],
}

/// The intermediate results of one direction.
#[derive(Default)]
struct Direction {
    /// The inputs of all steps.
    tuples: Vec<Lanes>,
    sweep: SweepBuffers,
}

impl<C: Cell> Extractor for Ring<C> {
    type Buffers = RingBuffers;

    fn tensor_specs(&self) -> Vec<TensorSpec> {
        let mut specs = self.sweep.tensor_specs("");
        specs.extend(self.sweep.tensor_specs("_reverse"));
        specs
    }

    /// Mean and mean square of each direction. With ends, also the mean over both ends of the clockwise
    /// output, of the anticlockwise one, and of their product.
    fn features(&self) -> usize {
        (4 + 3 * usize::from(self.ends)) * self.sweep.features
    }

    #[inline(always)]
    fn forward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        buffers: &mut RingBuffers,
        features: &mut [Lanes],
    ) {
        let (sites, width) = (inputs.len(), self.sweep.inputs);
        let weight = Lanes::all(1.0 / sites as f64);
        features.fill(Lanes::ZERO);
        for (reverse, Direction { tuples, sweep }) in buffers.directions.iter_mut().enumerate() {
            resize(tuples, self.laps * sites * width);
            windows(inputs, width, &mut tuples[..sites * width]);
            if reverse == 1 {
                // The order of the tuples is reversed, not the order within a tuple.
                for site in 0..sites / 2 {
                    for k in 0..width {
                        tuples.swap(site * width + k, (sites - 1 - site) * width + k);
                    }
                }
            }
            for lap in 1..self.laps {
                tuples.copy_within(..sites * width, lap * sites * width);
            }
            let own = &parameters[reverse * self.sweep.count()..][..self.sweep.count()];
            self.sweep.forward(own, tuples, sweep);
            let (means, squares) =
                features[2 * reverse * self.sweep.features..].split_at_mut(self.sweep.features);
            for step in (self.laps - 1) * sites..self.laps * sites {
                let outputs = self.sweep.output(sweep, step);
                for ((mean, square), output) in means.iter_mut().zip(&mut *squares).zip(outputs) {
                    *mean = weight.times_plus(*output, *mean);
                    *square = weight.times_plus(*output * *output, *square);
                }
            }
            if self.ends {
                let at_ends = &mut buffers.at_ends[reverse];
                resize(at_ends, 2 * self.sweep.features);
                for (end, outputs) in at_ends.chunks_exact_mut(self.sweep.features).enumerate() {
                    let step = self.steps_at_end(sites, end)[reverse];
                    outputs.copy_from_slice(self.sweep.output(sweep, step));
                }
            }
        }
        if self.ends {
            let half = Lanes::all(0.5);
            let (clockwise_means, rest) =
                features[4 * self.sweep.features..].split_at_mut(self.sweep.features);
            let (anticlockwise_means, products) = rest.split_at_mut(self.sweep.features);
            let [clockwise, anticlockwise] = &buffers.at_ends;
            for (index, (clockwise, anticlockwise)) in
                clockwise.iter().zip(anticlockwise).enumerate()
            {
                let k = index % self.sweep.features;
                clockwise_means[k] = half.times_plus(*clockwise, clockwise_means[k]);
                anticlockwise_means[k] = half.times_plus(*anticlockwise, anticlockwise_means[k]);
                products[k] = half.times_plus(*clockwise * *anticlockwise, products[k]);
            }
        }
    }

    #[inline(always)]
    fn backward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        buffers: &mut RingBuffers,
        feature_gradients: &[Lanes],
        gradient: &mut [f64],
    ) {
        let (count, features) = (self.sweep.count(), self.sweep.features);
        let first = (self.laps - 1) * inputs.len();
        let weight = Lanes::all(1.0 / inputs.len() as f64);
        for (reverse, Direction { tuples, sweep }) in buffers.directions.iter_mut().enumerate() {
            let (means, squares) = feature_gradients[2 * reverse * features..].split_at(features);
            let at_other = &buffers.at_ends[1 - reverse];
            let ends = [0, 1].map(|end| self.steps_at_end(inputs.len(), end)[reverse]);
            // Outputs of earlier laps have no gradient of their own, only the one of later steps.
            let add = |step: usize, outputs: &[Lanes], into: &mut [Lanes]| {
                if self.ends {
                    let half = Lanes::all(0.5);
                    let own = &feature_gradients[(4 + reverse) * features..][..features];
                    let products = &feature_gradients[6 * features..][..features];
                    for end in (0..2).filter(|end| ends[*end] == step) {
                        for k in 0..features {
                            let of_end =
                                products[k].times_plus(at_other[end * features + k], own[k]);
                            into[k] = half.times_plus(of_end, into[k]);
                        }
                    }
                }
                if step >= first {
                    for k in 0..features {
                        let twice = Lanes::all(2.0) * outputs[k];
                        let of_site = twice.times_plus(squares[k], means[k]);
                        into[k] = weight.times_plus(of_site, into[k]);
                    }
                }
            };
            let range = reverse * count..(reverse + 1) * count;
            let own = &parameters[range.clone()];
            self.sweep
                .backward(own, tuples, sweep, add, &mut gradient[range]);
        }
    }
}
