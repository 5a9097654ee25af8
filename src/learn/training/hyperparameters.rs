//! How a network is trained.

use super::optimizer::StepRule;
use crate::deck::Schedule;
use crate::learn::samples::{SymmetryGroup, SymmetryOperation};
use crate::random::{stream, word};

/// How a network is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Hyperparameters {
    /// The number of passes over the data.
    pub epochs: usize,
    /// The number of samples of a step, over all ranks.
    pub batch: usize,
    /// The initial step size.
    pub learning_rate: f64,
    /// How the step size changes.
    pub schedule: Schedule,
    /// How a gradient becomes a step.
    pub rule: StepRule,
    /// The share of a parameter that a step subtracts from it, in units of the step size.
    pub weight_decay: f64,
    /// If set, every field undergoes a random operation of this group in every epoch.
    pub augmentation: Option<SymmetryGroup>,
    /// The number of epochs without a better validation loss after which a member stops.
    pub patience: Option<usize>,
    /// The seed of the order of the samples and of their symmetry operations.
    pub seed: u64,
}

impl Hyperparameters {
    /// The step size of a step, where `steps` is the number of all steps.
    pub fn rate(&self, step: usize, steps: usize) -> f64 {
        match self.schedule {
            Schedule::Constant => self.learning_rate,
            Schedule::Cosine => {
                let done = step as f64 / steps as f64;
                self.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * done).cos())
            }
        }
    }

    /// The operation that the field of a sample undergoes in an epoch. It depends on the numbers of
    /// both alone, so that a resumed training continues with the same operations.
    pub fn operation(&self, epoch: usize, sample: usize, sites: usize) -> SymmetryOperation {
        let Some(group) = self.augmentation else {
            return SymmetryOperation::default();
        };
        let purpose = u64::from_be_bytes(*b"symmetry");
        let mut stream = stream(self.seed, [purpose, epoch as u64, sample as u64, 0]);
        group.random(&mut stream, sites)
    }

    /// The seed of what a pass leaves out at random. Resumed trainings leave out the same.
    pub fn pass_seed(&self, step: [usize; 2], chunk: usize, member: usize) -> u64 {
        let [epoch, batch] = step.map(|it| it as u64);
        let purpose = u64::from_be_bytes(*b"leaveout");
        word(
            self.seed,
            [purpose, epoch, batch, (chunk as u64) << 32 | member as u64],
        )
    }
}
