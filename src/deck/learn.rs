//! `[learn]`: the network that learns the indicators from the field.

use serde::{Deserialize, Serialize};

use crate::indicators::Normalisation;

/// What is learned, by which network, how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learn {
    /// Chain lengths to train on.
    pub train_sizes: Vec<usize>,
    /// Indicators to learn.
    pub targets: Vec<String>,
    /// What the entanglement entropy is divided by.
    #[serde(default)]
    pub normalisation: Normalisation,
    /// The energy density ε to learn; by default the one nearest 0.5.
    pub energy_density: Option<f64>,
    /// The network.
    #[serde(default)]
    pub model: Model,
    /// Independently initialized networks.
    #[serde(default = "five")]
    pub members: usize,
    /// Passes over the training data.
    #[serde(default = "fifteen")]
    pub epochs: usize,
    /// Samples of a training step, over all ranks.
    #[serde(default = "batch")]
    pub batch: usize,
    /// Step size of Adam.
    #[serde(default = "learning_rate")]
    pub learning_rate: f64,
    /// Seed of the initial weights and of the order of the samples.
    #[serde(default = "one")]
    pub seed: u64,
}

/// A network by its kind and dimensions (arXiv:2202.08853, appendix A).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Model {
    /// The kind's name.
    pub kind: String,
    /// Features that the recurrent part extracts.
    pub features: usize,
    /// Width of the hidden layer behind them.
    pub hidden: usize,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            kind: "gru".to_owned(),
            features: 2,
            hidden: 10,
        }
    }
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
