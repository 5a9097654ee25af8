//! How a network is trained.

use serde::Serialize;

use crate::deck::{OptimizerKind, Schedule};
use crate::learn::samples::{SymmetryGroup, SymmetryOperation};
use crate::random::stream;

/// How a network is trained.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hyperparameters {
    /// Passes over the data.
    pub epochs: usize,
    /// Samples of a step, over all ranks.
    pub batch: usize,
    /// Step size, as it starts.
    pub learning_rate: f64,
    /// How it changes.
    pub schedule: Schedule,
    /// How a gradient becomes a step.
    pub optimizer: OptimizerKind,
    /// Share of a parameter that a step takes from it, in units of the step size.
    pub weight_decay: f64,
    /// The moves of which every field goes through one at random, in every pass.
    pub moves: Option<SymmetryGroup>,
    /// Epochs without a better validation loss after which a member stops.
    pub patience: Option<usize>,
    /// Seed of the order of the samples, and of their moves.
    pub seed: u64,
}

impl Hyperparameters {
    /// The step size of a step of so many.
    pub fn rate(&self, step: usize, steps: usize) -> f64 {
        match self.schedule {
            Schedule::Constant => self.learning_rate,
            Schedule::Cosine => {
                let done = step as f64 / steps as f64;
                self.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * done).cos())
            }
        }
    }

    /// What the field of a sample goes through in an epoch.
    pub fn moved(&self, epoch: usize, place: usize, sites: usize) -> SymmetryOperation {
        let Some(orbit) = self.moves else {
            return SymmetryOperation::default();
        };
        let purpose = u64::from_be_bytes(*b"symmetry");
        let mut stream = stream(self.seed, [purpose, epoch as u64, place as u64, 0]);
        orbit.random(&mut stream, sites)
    }
}
