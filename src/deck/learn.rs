//! `[learn]`: the network that learns the indicators from the field.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::backend::{BackendName, Device, Precision};
use super::network::NetworkDeck;
use super::normalisation::Normalisation;
use super::quench::QUENCH;
use super::study::Study;

/// What is learned, by which network, how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learn {
    /// A file of fields and targets to learn from instead of data.h5, in its layout.
    pub data: Option<PathBuf>,
    /// Chain lengths to train on.
    pub train_sizes: Vec<usize>,
    /// Indicators to learn.
    pub targets: Vec<String>,
    /// What becomes of realizations that lack some of the targets.
    #[serde(default)]
    pub missing: MissingTargets,
    /// What the entanglement entropy is divided by.
    #[serde(default)]
    pub normalisation: Normalisation,
    /// The energy density ε to learn; by default the one nearest 0.5.
    pub energy_density: Option<f64>,
    /// Independently initialized networks.
    #[serde(default = "five")]
    pub members: usize,
    /// Networks to start from instead of random ones: a directory of one file for each member, or the
    /// file of a single one.
    pub start: Option<PathBuf>,
    /// Passes over the training data.
    #[serde(default = "fifteen")]
    pub epochs: usize,
    /// Samples of a training step, over all ranks.
    #[serde(default = "batch")]
    pub batch: usize,
    /// Step size of the optimizer.
    #[serde(default = "learning_rate")]
    pub learning_rate: f64,
    /// How the step size changes.
    #[serde(default)]
    pub schedule: Schedule,
    /// How a gradient becomes a step.
    #[serde(default)]
    pub optimizer: OptimizerKind,
    /// Share of the last step that gradient descent repeats in the next; 0.9 unless the deck says
    /// otherwise. Adam has none.
    pub momentum: Option<f64>,
    /// Share of a parameter that a step takes from it, in units of the step size.
    #[serde(default)]
    pub weight_decay: f64,
    /// What training makes small.
    #[serde(default)]
    pub loss: LossKind,
    /// Weights of the targets in the loss; by default all alike.
    #[serde(default)]
    pub weights: Vec<f64>,
    /// Whether errors are counted in units of each target's standard deviation.
    #[serde(default)]
    pub standardise: bool,
    /// What is made of the symmetries of the ring.
    #[serde(default)]
    pub symmetry: Symmetry,
    /// What is held out to see when to stop.
    pub validation: Option<Validation>,
    /// Epochs without a better validation loss after which a network stops.
    pub patience: Option<usize>,
    /// Seed of the initial weights and of the order of the samples.
    #[serde(default = "one")]
    pub seed: u64,
    /// What computes the networks.
    #[serde(default)]
    pub backend: BackendName,
    /// Where they are computed.
    #[serde(default)]
    pub device: Device,
    /// The numbers that they are computed with.
    #[serde(default)]
    pub precision: Precision,
    /// The network.
    #[serde(default)]
    pub model: NetworkDeck,
    /// What is made of it.
    #[serde(default)]
    pub study: Study,
}

impl Learn {
    /// The momentum of gradient descent; none with another optimizer.
    pub fn descent_momentum(&self) -> Option<f64> {
        (self.optimizer == OptimizerKind::Sgd).then(|| self.momentum.unwrap_or(0.9))
    }

    /// Whether anything is learned from the training data. Networks that only start from a file and
    /// stay as they are need none.
    pub fn uses_training_data(&self) -> bool {
        self.trains() || self.standardise
    }

    /// Whether there is an epoch of any training.
    pub fn trains(&self) -> bool {
        self.epochs > 0 || matches!(self.study, Study::Conditioned { .. })
    }

    /// Whether the networks learn all energy densities or times of the data.
    pub fn is_conditioned(&self) -> bool {
        matches!(self.study, Study::Conditioned { .. } | Study::EndToEnd)
    }

    /// Whether a target is of quenches.
    pub fn learns_quenches(&self) -> bool {
        self.targets.iter().any(|target| target.starts_with(QUENCH))
    }

    /// The chain lengths whose training data are used, ascending.
    pub fn sizes_with_training_data(&self) -> BTreeSet<usize> {
        let mut sizes: BTreeSet<usize> = self.train_sizes.iter().copied().collect();
        if let Some(Validation::Size(sites)) = self.validation {
            sizes.insert(sites);
        }
        sizes
    }
}

/// What becomes of realizations that lack some of the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingTargets {
    /// They are left out.
    #[default]
    LeaveOut,
    /// They count for the targets that they have.
    Mask,
}

/// The step size in the course of a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Always the same.
    #[default]
    Constant,
    /// Down to nothing along half a cosine (I. Loshchilov and F. Hutter, arXiv:1608.03983).
    Cosine,
}

/// Shifts, reflections, and the reversal of all fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Symmetry {
    /// Nothing.
    #[default]
    None,
    /// Every pass over the training data moves each field at random.
    Augment,
    /// The same, and a prediction is the mean over all 4 L moves.
    OrbitAverage,
}

/// Training data that are not trained on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Validation {
    /// This share of the samples, chosen at random.
    Fraction(f64),
    /// The training data of this chain length, which is not one of `train_sizes`.
    Size(usize),
}

fn one() -> u64 {
    1
}

fn five() -> usize {
    5
}

fn fifteen() -> usize {
    15
}

fn batch() -> usize {
    128
}

fn learning_rate() -> f64 {
    1e-3
}

/// How a gradient becomes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptimizerKind {
    /// D. P. Kingma and J. Ba, arXiv:1412.6980, algorithm 1; with a weight decay, that of
    /// I. Loshchilov and F. Hutter, arXiv:1711.05101 (AdamW).
    #[default]
    Adam,
    /// Gradient descent with `momentum`.
    Sgd,
}

/// The loss of a sample: the weighted mean over its targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossKind {
    /// Squared error.
    #[default]
    Mse,
    /// The negative logarithm of a Gaussian's likelihood, ½ (ln σ² + error²/σ²).
    ///
    /// The head gives ln σ². Each sample is weighted by its present σ (β = ½ of M. Seitzer et al.,
    /// ICLR 2022).
    BetaNll,
}
