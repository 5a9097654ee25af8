//! `[predict]`: what the trained network is asked.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::grid::Grid;
use super::quench::Times;

/// Fields to predict the indicators of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    /// A file whose test fields are predicted instead of drawn ones, in the layout of data.h5.
    pub data: Option<PathBuf>,
    /// Chain lengths; need not have been trained on, nor be solvable. Of a file, all that it has
    /// unless some are named.
    #[serde(default)]
    pub sizes: Vec<usize>,
    /// Fields for each size and strength: those of the test data first, then new ones.
    #[serde(default)]
    pub realizations: u32,
    /// Disorder strengths; by default those of `[disorder]`.
    pub strengths: Option<Grid>,
    /// Energy densities ε; by default those that were learned.
    pub energy_densities: Option<Grid>,
    /// Times after a quench; by default those that were learned.
    pub times: Option<Times>,
}
