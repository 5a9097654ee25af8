//! What the networks of an ensemble are, without their parameters.

use serde::{Deserialize, Serialize};

use crate::deck::{LossKind, MissingTargets, Normalisation, Symmetry};
use crate::learn::network::{Architecture, Blueprint, Loss, Network, TargetMap};
use crate::learn::samples::Wanted;

/// What the networks of an ensemble are, without their parameters. Files hold it as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Kind and dimensions of the networks.
    pub model: Architecture,
    /// The indicators that they learned, in the order of the outputs.
    pub targets: Vec<String>,
    /// What the entanglement entropy was divided by.
    pub normalisation: Normalisation,
    /// The energy density that the extractor learned.
    pub energy_density: f64,
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
    /// The number of samples that the networks, or new heads, were trained on; 0 if unknown, as of
    /// networks that were trained elsewhere.
    #[serde(default)]
    pub samples: usize,
}

impl Description {
    /// Builds the network with the loss of a training.
    pub fn network(&self, loss: Loss) -> Box<dyn Network> {
        self.blueprint(loss).build()
    }

    /// What the network is built from.
    pub fn blueprint(&self, loss: Loss) -> Blueprint<'_> {
        Blueprint {
            architecture: &self.model,
            maps: &self.maps,
            loss,
            conditioned: !self.energy_densities.is_empty(),
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

    /// The energy densities that the networks learned.
    pub fn learned(&self) -> Vec<f64> {
        if self.energy_densities.is_empty() {
            vec![self.energy_density]
        } else {
            self.energy_densities.clone()
        }
    }
}
