//! A recurrent unit in each direction, several laps round the ring: the last lap has forgotten where
//! the ring was opened. The mean and the mean square of its outputs over the sites are the features.
//! Quantities of half of the ring depend on the field near the two ends of the half more than
//! elsewhere: for them the outputs there can be features too.

use super::cell::Cell;
use super::sweep::{self, Sweep, TUPLE};
use crate::deck::Model;
use crate::lanes::Lanes;
use crate::learn::network::extractor::{Extractor, windows};
use crate::learn::network::kernel::resize;
use crate::learn::network::parameters::Shape;

/// Laps unless the deck says otherwise.
pub const LAPS: usize = 2;

/// Two units that see `tuple` neighbouring fields at a time, clockwise and back.
pub struct Ring<C> {
    sweep: Sweep<C>,
    laps: usize,
    /// Whether the outputs at the ends of the first half are features.
    ends: bool,
}

impl<C: Cell> Ring<C> {
    /// The one that `model` describes.
    pub fn new(model: &Model) -> Self {
        Self {
            sweep: Sweep::new(model.tuple.unwrap_or(TUPLE), model.features),
            laps: model.laps.unwrap_or(LAPS),
            ends: false,
        }
    }

    /// The one that looks at the ends of the first half as well.
    pub fn with_ends(model: &Model) -> Self {
        Self {
            ends: true,
            ..Self::new(model)
        }
    }

    /// The steps in which the units, forth and back, see the middle of a tuple across one of the two
    /// bonds that end the first half.
    #[inline(always)]
    fn steps_at_end(&self, sites: usize, end: usize) -> [usize; 2] {
        let site = (end * (sites / 2) + sites - self.sweep.inputs / 2) % sites;
        let last_lap = (self.laps - 1) * sites;
        [last_lap + site, last_lap + sites - 1 - site]
    }
}

/// For each direction the inputs of all steps, and the sweep's.
#[derive(Default)]
pub struct Memory {
    directions: [(Vec<Lanes>, sweep::Memory); 2],
    /// The outputs at the ends of the first half: of each direction, first at one, then at the other.
    at_ends: [Vec<Lanes>; 2],
}

impl<C: Cell> Extractor for Ring<C> {
    type Memory = Memory;

    fn shapes(&self) -> Vec<Shape> {
        let mut shapes = self.sweep.shapes("");
        shapes.extend(self.sweep.shapes("_reverse"));
        shapes
    }

    /// Mean and mean square of one direction, then of the other; at the ends the means of one
    /// direction, of the other, and of their product.
    fn features(&self) -> usize {
        (4 + 3 * usize::from(self.ends)) * self.sweep.features
    }

    #[inline(always)]
    fn forward(
        &self,
        parameters: &[f64],
        inputs: &[Lanes],
        memory: &mut Memory,
        features: &mut [Lanes],
    ) {
        let (sites, width) = (inputs.len(), self.sweep.inputs);
        let share = Lanes::all(1.0 / sites as f64);
        features.fill(Lanes::ZERO);
        for (reverse, (tuples, sweep)) in memory.directions.iter_mut().enumerate() {
            resize(tuples, self.laps * sites * width);
            windows(inputs, width, &mut tuples[..sites * width]);
            if reverse == 1 {
                for site in 0..sites / 2 {
                    for place in 0..width {
                        tuples.swap(site * width + place, (sites - 1 - site) * width + place);
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
                    *mean = share.times_plus(*output, *mean);
                    *square = share.times_plus(*output * *output, *square);
                }
            }
            if self.ends {
                let at_ends = &mut memory.at_ends[reverse];
                resize(at_ends, 2 * self.sweep.features);
                for (end, outputs) in at_ends.chunks_exact_mut(self.sweep.features).enumerate() {
                    let step = self.steps_at_end(sites, end)[reverse];
                    outputs.copy_from_slice(self.sweep.output(sweep, step));
                }
            }
        }
        if self.ends {
            let half = Lanes::all(0.5);
            let (forths, rest) =
                features[4 * self.sweep.features..].split_at_mut(self.sweep.features);
            let (backs, products) = rest.split_at_mut(self.sweep.features);
            let [forth, back] = &memory.at_ends;
            for (place, (forth, back)) in forth.iter().zip(back).enumerate() {
                let k = place % self.sweep.features;
                forths[k] = half.times_plus(*forth, forths[k]);
                backs[k] = half.times_plus(*back, backs[k]);
                products[k] = half.times_plus(*forth * *back, products[k]);
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
        let (count, features) = (self.sweep.count(), self.sweep.features);
        let first = (self.laps - 1) * inputs.len();
        let share = Lanes::all(1.0 / inputs.len() as f64);
        for (reverse, (tuples, sweep)) in memory.directions.iter_mut().enumerate() {
            let (means, squares) = slopes[2 * reverse * features..].split_at(features);
            let at_other = &memory.at_ends[1 - reverse];
            let ends = [0, 1].map(|end| self.steps_at_end(inputs.len(), end)[reverse]);
            let add = |step: usize, outputs: &[Lanes], into: &mut [Lanes]| {
                if self.ends {
                    let half = Lanes::all(0.5);
                    let own = &slopes[(4 + reverse) * features..][..features];
                    let products = &slopes[6 * features..][..features];
                    for end in (0..2).filter(|end| ends[*end] == step) {
                        for k in 0..features {
                            let slope =
                                products[k].times_plus(at_other[end * features + k], own[k]);
                            into[k] = half.times_plus(slope, into[k]);
                        }
                    }
                }
                if step >= first {
                    for k in 0..features {
                        let twice = Lanes::all(2.0) * outputs[k];
                        into[k] = share.times_plus(twice.times_plus(squares[k], means[k]), into[k]);
                    }
                }
            };
            let place = reverse * count..(reverse + 1) * count;
            let own = &parameters[place.clone()];
            self.sweep
                .backward(own, tuples, sweep, add, &mut gradient[place]);
        }
    }
}
