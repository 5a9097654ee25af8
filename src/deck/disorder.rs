//! `[disorder]`: which fields.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::count::Count;
use super::grid::Grid;
use super::shown::shown;
use super::split::Split;

/// Fields h_1 … h_L of strength h.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disorder {
    /// How the fields are distributed.
    #[serde(default)]
    pub kind: DisorderKind,
    /// Wave number β of a quasi-periodic field; [`BETA`](Self::BETA) by default.
    pub beta: Option<f64>,
    /// Phase φ of a quasi-periodic field; random by default.
    pub phase: Option<Phase>,
    /// The file of given fields.
    pub data: Option<PathBuf>,
    /// The identity of the given fields. One that is written must be that of the file.
    pub identity: Option<String>,
    /// Disorder strengths h. Given fields have their own.
    #[serde(default)]
    pub strengths: Grid,
    /// How many fields are drawn for each size and strength. Given fields are as many as there are.
    #[serde(default)]
    pub realizations: Realizations,
    /// Seed of every field that is drawn.
    pub seed: Option<u64>,
}

impl Disorder {
    /// The default wave number of quasi-periodic fields, (√5 − 1)/2.
    pub const BETA: f64 = 0.618_033_988_749_894_9;

    /// The wave number and the phase of quasi-periodic fields, with their defaults; none of other
    /// kinds.
    pub fn wave(&self) -> Option<(f64, Phase)> {
        let is_wave = self.kind == DisorderKind::QuasiPeriodic;
        let beta = self.beta.unwrap_or(Self::BETA);
        is_wave.then(|| (beta, self.phase.unwrap_or_default()))
    }
}

/// How the fields of a chain are distributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DisorderKind {
    /// Independent and uniform in [−h, h].
    #[default]
    Uniform,
    /// Independent and normal, with mean 0 and standard deviation h.
    Gaussian,
    /// Independent, h or −h with the same probability.
    Binary,
    /// h_i = h cos(2πβi + φ): the Aubry–André field.
    QuasiPeriodic,
    /// Those of a file.
    Given,
}

impl DisorderKind {
    /// The name in the deck.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Gaussian => "gaussian",
            Self::Binary => "binary",
            Self::QuasiPeriodic => "quasi-periodic",
            Self::Given => "given",
        }
    }
}

/// The phase φ of a quasi-periodic field.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "toml::Value", into = "toml::Value")]
pub enum Phase {
    /// Uniform in [0, 2π), another one for each realization.
    #[default]
    Random,
    /// This one, in radians.
    Fixed(f64),
}

impl TryFrom<toml::Value> for Phase {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::Float(phase) => Ok(Self::Fixed(phase)),
            toml::Value::Integer(phase) => Ok(Self::Fixed(phase as f64)),
            toml::Value::String(text) if text == "random" => Ok(Self::Random),
            other => Err(format!(
                "{} is not a phase; write a number of radians or \"random\"",
                shown(&other)
            )),
        }
    }
}

impl From<Phase> for toml::Value {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Random => Self::String("random".to_owned()),
            Phase::Fixed(phase) => Self::Float(phase),
        }
    }
}

/// Realizations for each size and strength.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
