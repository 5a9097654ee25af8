//! A study before it runs: which networks it trains, in order, and what it compares.
//!
//! The work of a training follows from dimensions alone, even if it needs the result of an earlier one.
//! So the same plan gives the work for the progress bar and is what runs.

use crate::learn::ensemble::Description;
use crate::learn::network::{Loss, Network};
use crate::learn::samples::{Condition, Samples};
use crate::learn::training::{Hyperparameters, work};

/// A study before it runs.
#[derive(Default)]
pub struct StudyPlan {
    /// The trainings, in the order in which they run.
    pub trainings: Vec<PlannedTraining>,
    /// Which of them trains the networks to keep.
    pub kept: usize,
    /// What is compared.
    pub comparisons: Vec<Comparison>,
}

/// One training before it runs.
pub struct PlannedTraining {
    /// Its name in messages and in training.jsonl.
    pub name: String,
    /// The networks that it makes.
    pub description: Description,
    /// What it minimizes.
    pub loss: Loss,
    /// What it learns from.
    pub samples: Samples,
    /// How it learns.
    pub hyperparameters: Hyperparameters,
    /// What of the networks is trained.
    pub part: Part,
}

/// What of a network is trained.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// All of it.
    Whole,
    /// A new head. The extractor is that of an earlier training, and stays as it is.
    Head {
        /// The index of that training in the plan.
        extractor: usize,
    },
}

/// Networks to be scored on the test data.
pub struct Comparison {
    /// How they were trained, in words.
    pub label: String,
    /// The index of their training in the plan.
    pub training: usize,
    /// What to score them at.
    pub condition: Condition,
    /// The only target to score; none for all.
    pub target: Option<String>,
    /// The number of realizations of each size and disorder strength in the training data, if not all.
    pub realizations: Option<u32>,
}

impl StudyPlan {
    /// Adds a training; returns its index.
    pub fn add(&mut self, training: PlannedTraining) -> usize {
        self.trainings.push(training);
        self.trainings.len() - 1
    }

    /// Compares the networks of a training at a condition, for all targets.
    pub fn compare(&mut self, label: &str, training: usize, condition: Condition) {
        self.comparisons.push(Comparison {
            label: label.to_owned(),
            training,
            condition,
            target: None,
            realizations: None,
        });
    }

    /// The work of all trainings in the units of [`Epoch::work`](crate::learn::Epoch::work). Early
    /// stopping makes it less.
    pub fn work(&self) -> f64 {
        self.trainings.iter().map(PlannedTraining::work).sum()
    }
}

impl PlannedTraining {
    /// The whole network that it makes.
    pub fn network(&self) -> Box<dyn Network> {
        self.description.network(self.loss.clone())
    }

    /// The network whose parameters it changes: the whole one, or a head alone.
    pub fn trained(&self) -> Box<dyn Network> {
        let network = self.network();
        match self.part {
            Part::Whole => network,
            Part::Head { .. } => (self.description).head(self.loss.clone(), network.features()),
        }
    }

    fn work(&self) -> f64 {
        let members = self.description.members;
        let of_epoch = work(self.trained().as_ref(), self.samples.extent(), members);
        self.hyperparameters.epochs as f64 * of_epoch
    }

    /// The same at these conditions. If there are several, they become an input of the head.
    pub fn at(mut self, conditions: &[Condition]) -> Self {
        let known = &mut self.description;
        let values = || conditions.iter().map(|it| it.value()).collect();
        match conditions {
            [only] => known.condition = *only,
            [Condition::Time(_), ..] => known.times = values(),
            _ => known.energy_densities = values(),
        }
        self
    }

    /// The same with a new head only, behind the extractor of an earlier training.
    pub fn behind(mut self, extractor: usize, head: &Hyperparameters) -> Self {
        self.part = Part::Head { extractor };
        self.hyperparameters = head.clone();
        self
    }
}
