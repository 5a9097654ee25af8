//! `[predict]`: what the trained network is asked.

use serde::{Deserialize, Serialize};

/// Fields to predict the indicators of, at the strengths of `[disorder]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    /// Chain lengths; need not have been trained on, nor be solvable.
    pub sizes: Vec<usize>,
    /// Fields for each size and strength: those of the test data first, then new ones.
    pub realizations: u32,
}
