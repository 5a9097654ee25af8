//! What the entanglement entropy is divided by, so that chains of all lengths compare.

use serde::{Deserialize, Serialize};

/// A typical entropy of half a chain. Stored entropies are raw; this is applied when they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalisation {
    /// The mean over random states of the sector of zero magnetization.
    #[default]
    Sector,
    /// The mean over random states of the whole space: D. N. Page, Phys. Rev. Lett. 71, 1291.
    Page,
    /// What the published code of arXiv:2202.08853 divides by, to reproduce its figures.
    Paper,
}

impl Normalisation {
    /// The name in decks and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sector => "sector",
            Self::Page => "page",
            Self::Paper => "paper",
        }
    }
}
