//! What the trainings of a study will take: networks, steps, time, memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::measure::{seconds_of_work, synthetic};
use super::plan::{Part, PlannedTraining, StudyPlan};
use crate::error::Result;
use crate::learn::ensemble::{Description, read_start};
use crate::learn::network::{Backend, parameter_count};
use crate::learn::samples::{Extent, Realization, SymmetryOperation};
use crate::learn::training::{numbers_held, work};

/// A pass that computes the loss alone, beside one that computes its gradient: the way back costs about
/// twice the way there.
const LOSS_ALONE: f64 = 1.0 / 3.0;

/// Bytes of a realization beside its numbers: lengths, addresses, and what the allocator adds.
const BESIDE_NUMBERS: usize = 160;

/// What a study will take. Numbers of steps are exact without early stopping.
pub struct Forecast {
    /// Its trainings, in the order in which they run.
    pub trainings: Vec<TrainingForecast>,
    /// Predicted seconds of all trainings.
    pub seconds: f64,
    /// Predicted bytes that each rank needs for samples and networks.
    pub memory: f64,
    /// What computes the networks.
    pub backend: Backend,
}

/// What a training will take.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingForecast {
    /// Its name.
    pub name: String,
    /// The networks that it trains, or whose heads it trains.
    pub networks: usize,
    /// The parameters of each that it changes.
    pub parameters: usize,
    /// The samples that it learns from.
    pub samples: usize,
    /// The samples that it holds out.
    pub held_out: usize,
    /// Optimizer steps of an epoch.
    pub steps: usize,
    /// Epochs, at most.
    pub epochs: usize,
    /// Predicted seconds.
    pub seconds: f64,
}

impl StudyPlan {
    /// Reads the networks that trainings start from, as the trainings will.
    ///
    /// # Errors
    /// When they are missing or do not fit.
    pub fn check_start(&self, path: &Path) -> Result<()> {
        let whole = |it: &&PlannedTraining| matches!(it.part, Part::Whole);
        self.trainings.iter().filter(whole).try_for_each(|planned| {
            let specs = planned.network().tensor_specs();
            read_start(path, &specs, planned.description.members).map(|_| ())
        })
    }

    /// The networks that will be kept.
    pub fn kept(&self) -> &Description {
        &self.trainings[self.kept].description
    }

    /// What the study will take on so many ranks. Measures the speed of this machine, in less than a
    /// second for usual networks.
    ///
    /// # Errors
    /// When the measurement fails.
    pub fn forecast(&self, ranks: usize) -> Result<Forecast> {
        // Trainings of whole networks differ little in the speed of their work, and so do heads.
        let mut speeds: BTreeMap<bool, f64> = BTreeMap::new();
        let mut trainings = Vec::new();
        for planned in &self.trainings {
            let whole = matches!(planned.part, Part::Whole);
            let speed = match speeds.get(&whole) {
                Some(&speed) => speed,
                None => *speeds.entry(whole).or_insert(seconds_of_work(planned)?),
            };
            trainings.push(planned.forecast(speed, ranks));
        }
        Ok(Forecast {
            seconds: trainings.iter().map(|it| it.seconds).sum(),
            memory: self.memory(),
            backend: self.kept().model.backend,
            trainings,
        })
    }

    /// Bytes of all samples, of those in contiguous memory, and of networks with their optimizers.
    fn memory(&self) -> f64 {
        let mut known = BTreeMap::new();
        for planned in &self.trainings {
            for one in planned.all_samples() {
                known.insert(Rc::as_ptr(one), numbers(one));
            }
        }
        let samples: usize = known.values().map(|count| 8 * count + BESIDE_NUMBERS).sum();
        let largest = self.trainings.iter().map(PlannedTraining::memory).max();
        (samples + largest.unwrap_or_default()) as f64
    }
}

impl PlannedTraining {
    /// Samples of its first step.
    pub fn batch(&self) -> usize {
        self.hyperparameters.batch.min(self.samples.training.len())
    }

    fn all_samples(&self) -> impl Iterator<Item = &Rc<Realization>> {
        let samples = &self.samples;
        samples.training.iter().chain(&samples.held_out)
    }

    fn forecast(&self, seconds_of_work: f64, ranks: usize) -> TrainingForecast {
        let network = self.trained();
        let members = self.description.members;
        let held_out = Extent::of(self.samples.held_out.iter().map(Rc::as_ref));
        let of_epoch = work(network.as_ref(), self.samples.extent(), members)
            + LOSS_ALONE * work(network.as_ref(), held_out, members);
        let epochs = self.hyperparameters.epochs;
        let steps = (self.samples.training.len()).div_ceil(self.hyperparameters.batch);
        TrainingForecast {
            name: self.name.clone(),
            networks: members,
            parameters: parameter_count(&network.tensor_specs()),
            samples: self.samples.training.len(),
            held_out: self.samples.held_out.len(),
            steps,
            epochs,
            seconds: epochs as f64 * of_epoch * seconds_of_work * self.share_of_a_rank(ranks),
        }
    }

    /// The share of a step that the busiest rank computes. A rank computes a chunk of the batch for a
    /// network at a time.
    fn share_of_a_rank(&self, ranks: usize) -> f64 {
        let parts = self.chunks() * self.description.members;
        match parts {
            0 => 1.0,
            _ => parts.div_ceil(ranks) as f64 / parts as f64,
        }
    }

    /// The chunks of a batch.
    fn chunks(&self) -> usize {
        let batch = self.batch();
        if batch == 0 {
            return 0;
        }
        let numbers: Vec<usize> = (0..batch).collect();
        let size = self.trained().chunk_size();
        let set = synthetic(self, batch);
        set.chunks(&numbers, size, |_, _| SymmetryOperation::default())
            .len()
    }

    fn memory(&self) -> usize {
        let members = self.description.members;
        let parameters = parameter_count(&self.trained().tensor_specs());
        let features = members * self.network().features();
        let of_sample = |one: &Rc<Realization>| match self.part {
            Part::Whole => numbers(one),
            // Behind an extractor, samples exist with features too.
            Part::Head { .. } => 2 * (numbers(one) - one.inputs.len() + features),
        };
        let samples: usize = self.all_samples().map(of_sample).sum();
        // Parameters, two moments, the best so far, the gradient.
        let networks = members * parameters * 5;
        8 * (samples + networks + numbers_held(members * self.chunks(), parameters))
    }
}

fn numbers(one: &Realization) -> usize {
    one.inputs.len() + one.conditions.len() + one.targets.len()
}
