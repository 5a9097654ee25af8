//! A set of values along one axis: a list, or a range with a step.

use serde::{Deserialize, Serialize};

use super::decimal::Decimal;
use super::shown::shown;
use crate::error::number;

/// Values along one axis, ascending.
///
/// In the deck either a list, `[1.0, 2.0]`, or `{ from = 1.0, to = 14.0, step = 0.5 }` with both
/// ends included.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
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
                .map(element)
                .collect::<Result<Vec<f64>, String>>()?,
            other => {
                return Err(format!(
                    "{} is not a set of values; write a list or {{ from, to, step }}",
                    shown(&other)
                ));
            }
        };
        values.sort_by(f64::total_cmp);
        Ok(Self(values))
    }
}

fn element(value: toml::Value) -> Result<f64, String> {
    match value {
        toml::Value::Float(number) => Ok(number),
        toml::Value::Integer(number) => Ok(number as f64),
        other => Err(format!("{} is not a number", shown(&other))),
    }
}

impl Range {
    fn values(&self) -> Result<Vec<f64>, String> {
        let Self { from, to, step } = *self;
        if !(step > 0.0 && from <= to && (to - from) / step < MOST) {
            return Err(format!(
                "from {} to {} by {} is not a range of at most {MOST} values",
                number(from),
                number(to),
                number(step)
            ));
        }
        // The disorder streams depend on the exact value of h. Decimal sums make 0.05 + 2 · 0.05 the
        // same number as 0.15 in a list.
        let exact = || {
            let [first, last, by] = [from, to, step].map(Decimal::of);
            let (first, by) = (first?, by?);
            let steps = last?.plus(-1, first)?.whole_steps(by)?;
            let value = |k| Some(first.plus(k, by)?.value());
            (0..=steps).map(value).collect::<Option<Vec<f64>>>()
        };
        // Numbers of too many digits are more than 20 orders of magnitude apart.
        let nearly = || {
            let steps = ((to - from) / step).floor() as usize;
            (0..=steps).map(|k| step.mul_add(k as f64, from)).collect()
        };
        Ok(exact().unwrap_or_else(nearly))
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
    fn small_steps_are_no_smaller_than_they_are_written() {
        let range = grid("g = { from = 1, to = 1.0000000003, step = 1e-10 }").unwrap();
        assert_eq!(
            range.0,
            [1.0, 1.000_000_000_1, 1.000_000_000_2, 1.000_000_000_3]
        );
        let range = grid("g = { from = 0, to = 3e-300, step = 1e-300 }").unwrap();
        assert_eq!(range.0, [0.0, 1e-300, 2e-300, 3e-300]);
        let range = grid("g = { from = 1e-40, to = 1, step = 0.5 }").unwrap();
        assert_eq!(range.0, [1e-40, 0.5, 1.0]);
        let third = grid("g = { from = 0, to = 1, step = 0.3333333333333333 }").unwrap();
        assert_eq!(
            third.0,
            [
                0.0,
                0.333_333_333_333_333_3,
                0.666_666_666_666_666_6,
                0.999_999_999_999_999_9
            ]
        );
        // In doubles, 1000.3 − 1000 is less than three times 0.1.
        let range = grid("g = { from = 1000, to = 1000.3, step = 0.1 }").unwrap();
        assert_eq!(range.0, [1000.0, 1000.1, 1000.2, 1000.3]);
    }

    proptest::proptest! {
        /// A decimal literal is read as the nearest double. Values of at most nine decimals are also
        /// those of earlier versions, which rounded to as many, so older data are found again.
        #[test]
        fn ranges_are_the_literals_that_a_list_would_have(
            decimals in 0_usize..12,
            from in 0_u64..20_000,
            step in 1_u64..5_000,
            steps in 0_u64..200,
        ) {
            let literal = |digits: u64| {
                let digits = format!("{digits:0>width$}", width = decimals + 1);
                let (whole, fraction) = digits.split_at(digits.len() - decimals);
                format!("{whole}.{fraction}0")
            };
            let to = from + step * steps;
            let range = [from, to, step].map(literal);
            let [first, last, by] = &range;
            let range = grid(&format!("g = {{ from = {first}, to = {last}, step = {by} }}")).unwrap();
            let list: Vec<String> = (0..=steps).map(|k| literal(from + k * step)).collect();
            let list = grid(&format!("g = [{}]", list.join(", "))).unwrap();
            proptest::prop_assert_eq!(&range, &list);
            let [first, by]: [f64; 2] = [first, by].map(|text| text.parse().unwrap());
            let rounded = |k: usize| ((first + k as f64 * by) * 1e9).round() / 1e9;
            if decimals <= 9 {
                let earlier: Vec<f64> = (0..=steps as usize).map(rounded).collect();
                proptest::prop_assert_eq!(range.0, earlier);
            }
        }
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
