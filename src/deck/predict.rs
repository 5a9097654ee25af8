//! `[predict]`: what the trained network is asked.

use serde::{Deserialize, Serialize};

use super::Grid;

/// Fields to predict the indicators of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    /// Chain lengths; need not have been trained on, nor be solvable.
    pub sizes: Vec<usize>,
    /// Fields for each size and strength: those of the test data first, then new ones.
    pub realizations: u32,
    /// Disorder strengths; by default those of `[disorder]`.
    pub strengths: Option<Grid>,
    /// Energy densities ε; by default those that were learned.
    pub energy_densities: Option<Grid>,
}
