//! `[disorder]`: which random fields.

use serde::{Deserialize, Serialize};

use super::count::Count;
use super::grid::Grid;
use super::split::Split;

/// Fields h_1 … h_L of strength h.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disorder {
    /// How the fields are distributed.
    #[serde(default)]
    pub kind: DisorderKind,
    /// Disorder strengths h.
    pub strengths: Grid,
    /// How many fields are drawn for each size and strength.
    pub realizations: Realizations,
    /// Seed of every field.
    pub seed: u64,
}

/// How the fields of a chain are distributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DisorderKind {
    /// Independent and uniform in [−h, h].
    #[default]
    Uniform,
    /// h_i = h cos(2πβi + φ), β = (√5 − 1)/2: the Aubry–André field, with a random phase φ.
    QuasiPeriodic,
}

/// Realizations for each size and strength.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Realizations {
    /// To train on.
    #[serde(default)]
    pub train: Count,
    /// To test on.
    #[serde(default)]
    pub test: Count,
}

impl Realizations {
    /// The number of a split for chains of `sites` sites.
    pub fn of(&self, split: Split, sites: usize) -> u32 {
        match split {
            Split::Train => &self.train,
            Split::Test => &self.test,
        }
        .of(sites)
    }

    /// The number of both splits for chains of `sites` sites.
    pub fn all(&self, sites: usize) -> usize {
        let of = |split| self.of(split, sites) as usize;
        Split::ALL.map(of).iter().sum()
    }
}
