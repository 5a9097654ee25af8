//! `[spectrum]`: what is computed of each realization.

use serde::{Deserialize, Serialize};

use super::grid::Grid;
use super::shown::shown;
use crate::error::number;

/// Windows of eigenstates and the indicators computed in them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spectrum {
    /// Targets ε = (E − E_min)/(E_max − E_min).
    pub energy_densities: Grid,
    /// Eigenstates in a window.
    #[serde(default)]
    pub states: States,
    /// How they are found: "auto" or a solver's name.
    #[serde(default = "auto")]
    pub solver: String,
    /// How shift-invert proves its windows.
    #[serde(default)]
    pub certificate: Certificate,
    /// Names of the indicators.
    pub indicators: Vec<String>,
    /// Names of the observables that are stored beside them.
    #[serde(default)]
    pub observables: Vec<String>,
    /// Orders q of the participation entropies among them.
    #[serde(default = "orders")]
    pub orders: Vec<f64>,
    /// Cutoff of the fidelity susceptibility, in mean distances of the levels of its window.
    #[serde(default = "regularisation")]
    pub regularisation: f64,
    /// Whether the energies of the windows are stored too.
    #[serde(default)]
    pub store_energies: bool,
}

/// How a window of shift-invert is proven to miss no level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certificate {
    /// By a bound from the run that found it. Where that does not hold, the levels are counted.
    #[default]
    Run,
    /// By counting the levels in it: Sylvester's law of inertia.
    Inertia,
}

/// How many eigenstates a window holds: those nearest the target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "toml::Value", untagged)]
pub enum States {
    /// As many in every sector.
    Count(usize),
    /// A fraction of the sector's dimension, within bounds.
    Fraction {
        /// Fraction of the dimension.
        fraction: f64,
        /// No fewer than this.
        min: usize,
        /// No more than this.
        max: usize,
    },
}

impl States {
    /// The states of a window in a sector of this dimension; never more than there are.
    pub fn of(&self, dimension: u64) -> usize {
        let asked = match *self {
            Self::Count(count) => count,
            Self::Fraction { fraction, min, max } => {
                ((fraction * dimension as f64).round() as usize).clamp(min, max)
            }
        };
        asked.min(usize::try_from(dimension).unwrap_or(usize::MAX))
    }
}

impl Spectrum {
    /// No windows, in the place of a table that a deck lacks.
    pub fn none() -> Self {
        Self {
            energy_densities: Grid(Vec::new()),
            states: States::Count(0),
            solver: auto(),
            certificate: Certificate::default(),
            indicators: Vec::new(),
            observables: Vec::new(),
            orders: orders(),
            regularisation: regularisation(),
            store_energies: false,
        }
    }
}

impl Default for States {
    /// The paper's choice (appendix A).
    fn default() -> Self {
        Self::Count(100)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fraction {
    fraction: f64,
    min: usize,
    max: usize,
}

impl TryFrom<toml::Value> for States {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::Integer(count) if count > 0 => Ok(Self::Count(count as usize)),
            toml::Value::Table(_) => {
                let Fraction { fraction, min, max } = value.try_into().map_err(|error| {
                    format!("{}; write {{ fraction, min, max }}", error.message())
                })?;
                if !(fraction > 0.0 && fraction <= 1.0 && 1 <= min && min <= max) {
                    return Err(format!(
                        "fraction = {}, min = {min}, max = {max} needs 0 < fraction ≤ 1 and 1 ≤ min ≤ max",
                        number(fraction)
                    ));
                }
                Ok(Self::Fraction { fraction, min, max })
            }
            other => Err(format!(
                "{} is not a number of states; write a positive integer or {{ fraction, min, max }}",
                shown(&other)
            )),
        }
    }
}

fn orders() -> Vec<f64> {
    vec![0.5, 1.0, 2.0]
}

fn regularisation() -> f64 {
    1.0
}

fn auto() -> String {
    "auto".to_owned()
}
