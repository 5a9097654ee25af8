//! `[chain]`: which spin chains.

use serde::{Deserialize, Serialize};

/// The chains of the campaign, in the sector of zero magnetization.
///
/// H = J Σ (σˣ_i σˣ_{i+1} + σʸ_i σʸ_{i+1} + Δ σᶻ_i σᶻ_{i+1}) + Σ h_i σᶻ_i with Pauli matrices. Equation
/// 1 of arXiv:2202.08853 has Δ = 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// Chain lengths L, even. By default all that are given.
    #[serde(default)]
    pub sizes: Vec<usize>,
    /// Exchange coupling J, the unit of energy of the disorder strengths.
    #[serde(default = "one")]
    pub coupling: f64,
    /// Anisotropy Δ: 1 for the Heisenberg chain, 0 for free fermions (XX).
    #[serde(default = "one")]
    pub anisotropy: f64,
    /// What follows the last site.
    #[serde(default)]
    pub boundary: Boundary,
}

/// What follows the last site of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Boundary {
    /// The first site.
    #[default]
    Periodic,
    /// Nothing.
    Open,
}

fn one() -> f64 {
    1.0
}
