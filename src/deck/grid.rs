//! A set of values along one axis: a list, or a range with a step.

use serde::{Deserialize, Serialize};

/// Values along one axis, ascending.
///
/// In the deck either a list, `[1.0, 2.0]`, or `{ from = 1.0, to = 14.0, step = 0.5 }` with both
/// ends included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "toml::Value", into = "Vec<f64>")]
pub struct Grid(pub Vec<f64>);

/// More points than this on one axis is a slip of the pen.
const MOST: f64 = 1e5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    from: f64,
    to: f64,
    step: f64,
}

impl TryFrom<toml::Value> for Grid {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        let mut values = match value {
            toml::Value::Table(_) => value
                .try_into::<Range>()
                .map_err(|error| format!("{}; write {{ from, to, step }}", error.message()))?
                .values()?,
            toml::Value::Array(list) => list
                .into_iter()
                .map(number)
                .collect::<Result<Vec<f64>, String>>()?,
            other => {
                return Err(format!(
                    "{other} is not a set of values; write a list or {{ from, to, step }}"
                ));
            }
        };
        values.sort_by(f64::total_cmp);
        Ok(Self(values))
    }
}

fn number(value: toml::Value) -> Result<f64, String> {
    match value {
        toml::Value::Float(number) => Ok(number),
        toml::Value::Integer(number) => Ok(number as f64),
        other => Err(format!("{other} is not a number")),
    }
}

impl Range {
    fn values(&self) -> Result<Vec<f64>, String> {
        let Self { from, to, step } = *self;
        if !(step > 0.0 && from <= to && (to - from) / step < MOST) {
            return Err(format!(
                "from {from} to {to} by {step} is not a range of at most {MOST} values"
            ));
        }
        let count = ((to - from) / step * (1.0 + 1e-12)).floor() as usize + 1;
        // The disorder streams depend on the exact value of h. Rounding to nine decimals makes
        // 0.05 + 2 · 0.05 the same number as 0.15 in a list.
        Ok((0..count)
            .map(|k| ((from + k as f64 * step) * 1e9).round() / 1e9)
            .collect())
    }
}

impl From<Grid> for Vec<f64> {
    fn from(grid: Grid) -> Self {
        grid.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(text: &str) -> Result<Grid, String> {
        let table: toml::Table = text.parse().map_err(|error| format!("{error}"))?;
        Grid::try_from(table["g"].clone())
    }

    #[test]
    fn range_gives_the_decimals_of_a_list() {
        let range = grid("g = { from = 0.05, to = 0.95, step = 0.05 }").unwrap();
        let list = grid(
            "g = [0.05,0.1,0.15,0.2,0.25,0.3,0.35,0.4,0.45,0.5,0.55,0.6,0.65,0.7,0.75,0.8,0.85,0.9,0.95]",
        );
        assert_eq!(range, list.unwrap());
    }

    #[test]
    fn range_ends_at_or_before_its_end() {
        assert_eq!(
            grid("g = { from = 1, to = 2.9, step = 0.5 }").unwrap().0,
            [1.0, 1.5, 2.0, 2.5]
        );
    }

    #[test]
    fn what_is_not_a_range_is_refused() {
        assert!(grid("g = { from = 1.0, to = 2.0, step = 0.0 }").is_err());
        assert!(grid("g = { from = 3.0, to = 2.0, step = 1.0 }").is_err());
        assert!(grid("g = { from = 0.0, to = 1.0, step = 1e-9 }").is_err());
        assert!(grid("g = \"all\"").is_err());
        assert!(grid("g = [1.0, true]").is_err());
    }
}
