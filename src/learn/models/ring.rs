//! A recurrent unit in each direction, several laps round the ring: the last lap has forgotten where
//! the ring was opened. The mean and the mean square of its outputs over the sites are the features.

use super::cell::Cell;
use super::sweep::{self, Sweep, TUPLE};
use crate::deck::Model;
use crate::learn::Shape;
use crate::learn::extractor::{Extractor, windows};
use crate::learn::kernel::{Lanes, resize};

/// Laps unless the deck says otherwise.
pub const LAPS: usize = 2;

/// Two units that see `tuple` neighbouring fields at a time, clockwise and back.
pub struct Ring<C> {
    sweep: Sweep<C>,
    laps: usize,
}

impl<C: Cell> Ring<C> {
    /// The one that `model` describes.
    pub fn new(model: &Model) -> Self {
        Self {
            sweep: Sweep::new(model.tuple.unwrap_or(TUPLE), model.features),
            laps: model.laps.unwrap_or(LAPS),
        }
    }
}

/// For each direction the inputs of all steps, and the sweep's.
#[derive(Default)]
pub struct Memory {
    directions: [(Vec<Lanes>, sweep::Memory); 2],
}

impl<C: Cell> Extractor for Ring<C> {
    type Memory = Memory;

    fn shapes(&self) -> Vec<Shape> {
        let mut shapes = self.sweep.shapes("");
        shapes.extend(self.sweep.shapes("_reverse"));
        shapes
    }

    /// Mean and mean square of one direction, then of the other.
    fn features(&self) -> usize {
        4 * self.sweep.features
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
            let add = |step: usize, outputs: &[Lanes], into: &mut [Lanes]| {
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
