//! What the networks of an ensemble are, without their parameters.

use serde::{Deserialize, Serialize};

use crate::deck::{LossKind, MissingTargets, Normalisation, Symmetry};
use crate::learn::network::{Architecture, Blueprint, Loss, Network, TargetMap};
use crate::learn::samples::{Condition, Wanted};

/// What the networks of an ensemble are, without their parameters. Files hold it as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Kind and dimensions of the networks.
    pub model: Architecture,
    /// The indicators that they learned, in the order of the outputs.
    pub targets: Vec<String>,
    /// What the entanglement entropy was divided by.
    pub normalisation: Normalisation,
    /// The energy density that the extractor learned, or the time in the middle of those learned.
    #[serde(flatten)]
    pub condition: Condition,
    /// The chain lengths that they were trained on.
    pub train_sizes: Vec<usize>,
    /// The number of independently initialized networks.
    pub members: usize,
    /// How each target follows from the outputs of the head.
    #[serde(default)]
    pub maps: Vec<TargetMap>,
    /// The loss that the training minimized.
    #[serde(default)]
    pub loss: LossKind,
    /// How predictions use the symmetries of the ring.
    #[serde(default)]
    pub symmetry: Symmetry,
    /// The energy densities that a head with ε among its inputs learned; empty without that input.
    #[serde(default)]
    pub energy_densities: Vec<f64>,
    /// The times that a head with log₁₀ t among its inputs learned; empty without that input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<f64>,
    /// The number of samples that the networks, or new heads, were trained on; 0 if unknown, as of
    /// networks that were trained elsewhere.
    #[serde(default)]
    pub samples: usize,
}

impl Description {
    /// Builds the network with the loss of a training.
    pub fn network(&self, loss: Loss) -> Box<dyn Network> {
        self.model.backend.build(&self.blueprint(loss))
    }

    /// Builds the network of a file. Its parameters do not depend on the weights of the loss, which the
    /// file does not hold.
    pub fn loaded(&self) -> Box<dyn Network> {
        self.network(Loss::unweighted(self.loss, self.targets.len()))
    }

    /// Builds the head alone, for so many precomputed features.
    pub fn head(&self, loss: Loss, features: usize) -> Box<dyn Network> {
        let blueprint = self.blueprint(loss);
        self.model.backend.head(&blueprint, features)
    }

    /// What the network is built from.
    fn blueprint(&self, loss: Loss) -> Blueprint<'_> {
        Blueprint {
            dimensions: &self.model.dimensions,
            maps: &self.maps,
            loss,
            conditioned: self.is_conditioned(),
        }
    }

    /// What is read of tables to score the networks.
    pub fn wanted(&self, missing: MissingTargets) -> Wanted<'_> {
        Wanted {
            targets: &self.targets,
            normalisation: self.normalisation,
            missing,
        }
    }

    /// Whether the head has a further input.
    pub fn is_conditioned(&self) -> bool {
        !self.energy_densities.is_empty() || !self.times.is_empty()
    }

    /// The least and the greatest energy density or time that the networks learned.
    pub fn range(&self) -> [f64; 2] {
        let learned = self.learned();
        let values = || learned.iter().map(|it| it.value());
        [
            values().fold(f64::INFINITY, f64::min),
            values().fold(f64::NEG_INFINITY, f64::max),
        ]
    }

    /// The energy densities or times that the networks learned.
    pub fn learned(&self) -> Vec<Condition> {
        if !self.is_conditioned() {
            return vec![self.condition];
        }
        let mut learned = Condition::energy_densities(&self.energy_densities);
        learned.extend(Condition::times(&self.times));
        learned
    }
}
