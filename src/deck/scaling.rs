//! `[scaling]`: finite-size scaling.

use serde::{Deserialize, Serialize};

use crate::indicators::Normalisation;

/// Which data are scaled, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scaling {
    /// Where the data come from.
    pub sources: Vec<Source>,
    /// Indicators, each fitted by itself.
    pub targets: Vec<String>,
    /// Disorder strengths used, from and to, both included.
    pub window: [f64; 2],
    /// Chain lengths used; by default all that the source has.
    #[serde(default)]
    pub sizes: Vec<usize>,
    /// What the entanglement entropy is divided by.
    #[serde(default)]
    pub normalisation: Normalisation,
    /// Refits to resampled realizations, for the errors.
    #[serde(default = "bootstrap")]
    pub bootstrap: usize,
    /// Seed of the resampling.
    #[serde(default = "one")]
    pub seed: u64,
}

/// Where scaled data come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// data.h5: exact diagonalization.
    Exact,
    /// predictions.h5: the network.
    Predicted,
}

impl Source {
    /// The name used in the deck and in scaling.json.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Predicted => "predicted",
        }
    }
}

fn bootstrap() -> usize {
    200
}

fn one() -> u64 {
    1
}
