//! Plans single trainings from the deck and the data.

use super::plan::{Part, PlannedTraining};
use crate::deck::{Learn, Outputs, Symmetry};
use crate::error::{Error, Result};
use crate::learn::ensemble::Description;
use crate::learn::network::{Architecture, Loss, TargetMap, bounds};
use crate::learn::samples::{Condition, Moments, Samples, Selection, SymmetryGroup};
use crate::learn::training::{Hyperparameters, StepRule};

/// Plans trainings as the deck describes them.
pub struct Planner<'a> {
    /// `[learn]`.
    pub learn: &'a Learn,
    /// The networks of `[learn.model]`.
    pub architecture: &'a Architecture,
    /// What to learn at, unless a study chooses others.
    pub condition: Condition,
    /// Where samples come from.
    pub selection: Selection<'a>,
}

impl Planner<'_> {
    /// The samples of `targets` at the deck's condition.
    ///
    /// # Errors
    /// As [`Selection::samples`].
    pub fn samples(&self, targets: &[String]) -> Result<Samples> {
        self.selection.samples(targets, [self.condition].chunks(1))
    }

    /// All conditions of the training data, two or more.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn several_conditions(&self, study: &str) -> Result<Vec<Condition>> {
        let found = self.selection.conditions(self.condition);
        if found.len() > 1 {
            return Ok(found);
        }
        let (what, key) = match self.condition {
            Condition::EnergyDensity(_) => ("energy densities", "spectrum.energy_densities"),
            Condition::Time(_) => ("times after 0", "quench.times"),
        };
        Err(Error::Refused(format!(
            "learn.study.kind = \"{study}\" needs data of two {what} or more: add to {key}, or take out \
             learn.study"
        )))
    }

    /// The training of whole networks for `targets`, as the deck describes it.
    pub fn training(&self, name: String, targets: &[String], samples: Samples) -> PlannedTraining {
        let moments = samples.moments(targets.len());
        PlannedTraining {
            name,
            description: self.description(targets, &samples, &moments),
            loss: self.loss(targets, &moments),
            samples,
            hyperparameters: self.hyperparameters(),
            part: Part::Whole,
        }
    }

    /// How the deck's networks are trained.
    fn hyperparameters(&self) -> Hyperparameters {
        let learn = self.learn;
        Hyperparameters {
            epochs: learn.epochs,
            batch: learn.batch,
            learning_rate: learn.learning_rate,
            schedule: learn.schedule,
            rule: match learn.descent_momentum() {
                Some(momentum) => StepRule::Descent { momentum },
                None => StepRule::Adam,
            },
            weight_decay: learn.weight_decay,
            augmentation: (learn.symmetry != Symmetry::None)
                .then(|| SymmetryGroup::of(&learn.targets)),
            patience: learn.patience,
            seed: learn.seed,
        }
    }

    /// How a head behind a frozen extractor is trained. Its inputs are features, which have no
    /// symmetry operations.
    pub fn head_hyperparameters(&self, epochs: usize, learning_rate: f64) -> Hyperparameters {
        Hyperparameters {
            epochs,
            learning_rate,
            augmentation: None,
            ..self.hyperparameters()
        }
    }

    fn description(
        &self,
        targets: &[String],
        samples: &Samples,
        moments: &[Moments],
    ) -> Description {
        let learn = self.learn;
        let map =
            |(target, moments): (&String, &Moments)| match (learn.model.outputs, bounds(target)) {
                (Outputs::Bounded, Some((low, high))) => TargetMap::Bounded { low, high },
                _ if learn.standardise => TargetMap::Linear {
                    centre: moments.mean,
                    scale: moments.deviation,
                },
                _ => TargetMap::IDENTITY,
            };
        Description {
            model: self.architecture.clone(),
            targets: targets.to_vec(),
            normalisation: learn.normalisation,
            condition: self.condition,
            train_sizes: learn.train_sizes.clone(),
            members: learn.members,
            maps: targets.iter().zip(moments).map(map).collect(),
            loss: learn.loss,
            symmetry: learn.symmetry,
            energy_densities: Vec::new(),
            times: Vec::new(),
            samples: if learn.trains() {
                samples.extent().conditions
            } else {
                0
            },
        }
    }

    fn loss(&self, targets: &[String], moments: &[Moments]) -> Loss {
        let learn = self.learn;
        let weight = |target: &String| {
            let index = learn.targets.iter().position(|known| known == target);
            index
                .and_then(|index| learn.weights.get(index))
                .copied()
                .unwrap_or(1.0)
        };
        let weights: Vec<f64> = targets.iter().map(weight).collect();
        let sum: f64 = weights.iter().sum();
        let mut loss = Loss::unweighted(learn.loss, weights.len());
        loss.weights = weights.iter().map(|weight| weight / sum).collect();
        if learn.standardise {
            loss.scales = moments.iter().map(|own| own.deviation).collect();
        }
        loss
    }
}
