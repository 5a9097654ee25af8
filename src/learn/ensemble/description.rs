//! What an ensemble is, but for its parameters.

use serde::{Deserialize, Serialize};

use crate::deck::{LossKind, Model, Normalisation, Symmetry};
use crate::error::Result;
use crate::learn::network::{Blueprint, Loss, Map, Network};

/// What an ensemble is, but for its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The network.
    pub model: Model,
    /// The indicators that it learned, in the order of its outputs.
    pub targets: Vec<String>,
    /// What the entanglement entropy was divided by.
    pub normalisation: Normalisation,
    /// The energy density that the extractor learned.
    pub energy_density: f64,
    /// Chain lengths that it was trained on.
    pub train_sizes: Vec<usize>,
    /// Independently initialized networks.
    pub members: usize,
    /// How each target comes from the head's outputs.
    #[serde(default)]
    pub maps: Vec<Map>,
    /// What training made small.
    #[serde(default)]
    pub loss: LossKind,
    /// What predictions make of the symmetries of the ring.
    #[serde(default)]
    pub symmetry: Symmetry,
    /// The energy densities that a head with ε among its inputs learned; none where it has not.
    #[serde(default)]
    pub energy_densities: Vec<f64>,
    /// Samples that it was trained on, or its head where that was trained by itself; 0 if not known.
    #[serde(default)]
    pub samples: usize,
}

impl Description {
    /// The network, to be trained with these weights and units of the targets' errors.
    ///
    /// # Errors
    /// For a kind that is not known.
    pub fn network(&self, loss: Loss) -> Result<Box<dyn Network>> {
        self.blueprint(loss).build()
    }

    /// What the network is built from.
    pub fn blueprint(&self, loss: Loss) -> Blueprint<'_> {
        Blueprint {
            model: &self.model,
            maps: &self.maps,
            loss,
            conditioned: !self.energy_densities.is_empty(),
        }
    }

    /// The energy densities that the ensemble was trained at.
    pub fn learned(&self) -> Vec<f64> {
        if self.energy_densities.is_empty() {
            vec![self.energy_density]
        } else {
            self.energy_densities.clone()
        }
    }
}
