//! `[quench]`: product states that evolve under the Hamiltonian of each realization.

use serde::{Deserialize, Serialize};

use super::grid::Grid;
use crate::error::number;

/// What begins the name of a quantity of quenches, in files and among targets.
pub const QUENCH: &str = "quench_";

/// Initial states, when they are observed, and what is observed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quench {
    /// The states at time 0: a name, or a file of configurations.
    pub initial: String,
    /// The energy density of initial states by energy.
    pub energy_density: Option<f64>,
    /// Initial states of each realization.
    #[serde(default = "one")]
    pub samples: usize,
    /// When they are observed, in units of ħ over that of the energies.
    pub times: Times,
    /// Names of what is observed.
    pub observables: Vec<String>,
}

/// Times, ascending.
///
/// In the deck a grid, or `{ from = 0.1, to = 1000.0, points = 50 }` with both ends included and one
/// ratio from each time to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "toml::Value", into = "Vec<f64>")]
pub struct Times(pub Vec<f64>);

/// More times than this is a slip of the pen.
const MOST: usize = 100_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Logarithmic {
    from: f64,
    to: f64,
    points: usize,
}

impl TryFrom<toml::Value> for Times {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        match &value {
            toml::Value::Table(table) if table.contains_key("points") => {
                let logarithmic = value.try_into::<Logarithmic>().map_err(|error| {
                    format!("{}; write {{ from, to, points }}", error.message())
                })?;
                logarithmic.values().map(Self)
            }
            _ => Grid::try_from(value).map(|grid| Self(grid.0)),
        }
    }
}

impl Logarithmic {
    fn values(&self) -> Result<Vec<f64>, String> {
        let Self { from, to, points } = *self;
        let is_range = from > 0.0 && from < to && to.is_finite();
        if !is_range || !(2..=MOST).contains(&points) {
            return Err(format!(
                "{points} points from {} to {} are no logarithmic range; it needs 0 < from < to and 2 \
                 to {MOST} points",
                number(from),
                number(to)
            ));
        }
        let last = points - 1;
        let value = |k: usize| match k {
            0 => from,
            _ if k == last => to,
            _ => from * (to / from).powf(k as f64 / last as f64),
        };
        Ok((0..points).map(value).collect())
    }
}

impl From<Times> for Vec<f64> {
    fn from(times: Times) -> Self {
        times.0
    }
}

fn one() -> usize {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(text: &str) -> Result<Times, String> {
        let table: toml::Table = text.parse().map_err(|error| format!("{error}"))?;
        Times::try_from(table["t"].clone())
    }

    #[test]
    fn logarithmic_ranges_have_one_ratio() {
        let found = times("t = { from = 0.1, to = 1000.0, points = 5 }")
            .unwrap()
            .0;
        assert_eq!((found[0], found[4], found.len()), (0.1, 1000.0, 5));
        for pair in found.windows(2) {
            assert!((pair[1] / pair[0] - 10.0).abs() < 1e-13);
        }
        assert_eq!(times("t = [3.0, 1]").unwrap().0, [1.0, 3.0]);
        let linear = times("t = { from = 0.0, to = 0.3, step = 0.1 }").unwrap();
        assert_eq!(linear.0, [0.0, 0.1, 0.2, 0.3]);
    }

    #[test]
    fn what_is_no_logarithmic_range_is_refused() {
        for text in [
            "t = { from = 0.0, to = 1.0, points = 5 }",
            "t = { from = 1.0, to = 1.0, points = 5 }",
            "t = { from = 1.0, to = 2.0, points = 1 }",
            "t = { from = 1.0, to = inf, points = 3 }",
            "t = { from = 1.0, to = 2.0, points = 3, step = 1.0 }",
            "t = 3.0",
        ] {
            assert!(times(text).is_err(), "{text}");
        }
    }
}
