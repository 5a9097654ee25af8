//! `[scaling]`: finite-size scaling.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::normalisation::Normalisation;
use super::shown::shown;
use super::split::Split;
use crate::error::nearest;

/// Which data are scaled, and how.
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
    /// The realizations used; by default all.
    pub split: Option<Split>,
    /// What the entanglement entropy is divided by.
    #[serde(default)]
    pub normalisation: Normalisation,
    /// Methods by name.
    #[serde(default = "methods")]
    pub methods: Vec<String>,
    /// Whether all targets are fitted together as well, with one h_c and ν.
    #[serde(default)]
    pub joint: bool,
    /// Whether the process allows for a correction to scaling.
    #[serde(default)]
    pub correction: bool,
    /// Degree of polynomials.
    #[serde(default = "three")]
    pub degree: usize,
    /// How the correlation length of the cost function grows towards h*.
    #[serde(default = "Growth::all")]
    pub growths: Vec<Growth>,
    /// How h* of the cost function depends on the length.
    #[serde(default = "Drift::all")]
    pub drifts: Vec<Drift>,
    /// Refits to resampled data, for the errors.
    #[serde(default = "bootstrap")]
    pub bootstrap: usize,
    /// Seed of the resampling.
    #[serde(default = "one")]
    pub seed: u64,
    /// Parameters that are not left to the search, by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, Bounds>,
    /// Further windows and sets of lengths.
    pub scan: Option<Scan>,
}

/// Every fit again for other windows, and without the shortest chains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// The shortest lengths L_min; by default every one that leaves three lengths.
    #[serde(default)]
    pub shortest: Vec<usize>,
    /// Windows; by default that of the deck alone.
    #[serde(default)]
    pub windows: Vec<[f64; 2]>,
}

/// Where scaled data come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Source {
    /// data.h5: exact diagonalization.
    Exact,
    /// predictions.h5: the network.
    Predicted,
    /// A table of means, as text: its path as written in the deck.
    Table(String),
    /// The data.h5 or predictions.h5 of another output directory: its path as written in the deck.
    Results(String),
}

/// The extensions of tables of means.
const TABLES: [&str; 4] = ["csv", "tsv", "txt", "dat"];

impl Source {
    /// The name used in the deck and in scaling.json.
    pub fn name(&self) -> &str {
        match self {
            Self::Exact => "exact",
            Self::Predicted => "predicted",
            Self::Table(path) | Self::Results(path) => path,
        }
    }
}

impl TryFrom<String> for Source {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let is = |kind: &str| {
            let extension = Path::new(&name).extension();
            extension.is_some_and(|extension| extension.eq_ignore_ascii_case(kind))
        };
        match name.as_str() {
            "exact" => Ok(Self::Exact),
            "predicted" => Ok(Self::Predicted),
            _ if TABLES.iter().any(|kind| is(kind)) => Ok(Self::Table(name)),
            _ if is("h5") => Ok(Self::Results(name)),
            _ => Err(format!(
                "\"{name}\" is neither a source nor the name of a .csv, .tsv, .txt, .dat or .h5 file; {}",
                nearest(&name, ["exact", "predicted"])
            )),
        }
    }
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        source.name().to_owned()
    }
}

/// What the deck says of a parameter: a value, `[from, to]`, or "free".
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "toml::Value", into = "toml::Value")]
pub enum Bounds {
    /// Held at a value.
    Fixed(f64),
    /// Looked for between two values.
    Between([f64; 2]),
    /// Looked for in the whole of its range, even if it is held by default.
    Free,
}

impl TryFrom<toml::Value> for Bounds {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        let number = |value: &toml::Value| match value {
            toml::Value::Float(number) => Some(*number),
            toml::Value::Integer(number) => Some(*number as f64),
            _ => None,
        };
        let bounds = match &value {
            toml::Value::String(word) if word == "free" => Some(Self::Free),
            toml::Value::Array(ends) => match ends.iter().map(number).collect::<Vec<_>>()[..] {
                [Some(from), Some(to)] if from < to => Some(Self::Between([from, to])),
                _ => None,
            },
            other => number(other).map(Self::Fixed),
        };
        bounds.ok_or_else(|| {
            format!(
                "{} says nothing of a parameter; write a value, [from, to] or \"free\"",
                shown(&value)
            )
        })
    }
}

impl From<Bounds> for toml::Value {
    fn from(bounds: Bounds) -> Self {
        match bounds {
            Bounds::Fixed(value) => Self::Float(value),
            Bounds::Between(ends) => Self::Array(ends.map(Self::Float).to_vec()),
            Bounds::Free => Self::String("free".to_owned()),
        }
    }
}

/// How the correlation length ξ grows towards h*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Growth {
    /// ξ = |h − h*|^−ν.
    PowerLaw,
    /// ξ = exp(b/√|h − h*|).
    KosterlitzThouless,
}

impl Growth {
    fn all() -> Vec<Self> {
        vec![Self::PowerLaw, Self::KosterlitzThouless]
    }

    /// The name in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::PowerLaw => "power law",
            Self::KosterlitzThouless => "Kosterlitz–Thouless",
        }
    }
}

/// How h* depends on the chain length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drift {
    /// h* = w_0.
    Constant,
    /// h* = w_0 + w_1 L.
    Linear,
    /// h* = w_0 + w_1/L.
    Inverse,
    /// Each length has its own.
    Free,
}

impl Drift {
    fn all() -> Vec<Self> {
        vec![Self::Constant, Self::Linear, Self::Inverse, Self::Free]
    }

    /// The formula.
    pub fn name(self) -> &'static str {
        match self {
            Self::Constant => "h* = w_0",
            Self::Linear => "h* = w_0 + w_1 L",
            Self::Inverse => "h* = w_0 + w_1/L",
            Self::Free => "h* of each L",
        }
    }
}

fn methods() -> Vec<String> {
    vec!["quality".to_owned()]
}

fn three() -> usize {
    3
}

fn bootstrap() -> usize {
    200
}

fn one() -> u64 {
    1
}
