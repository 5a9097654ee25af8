//! The range in which a parameter is searched.

use std::collections::BTreeMap;

use crate::deck::Bounds;

/// A parameter of a method, and the values that it may take.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Its name, as in the deck and in results.
    pub name: String,
    /// The lowest value.
    pub from: f64,
    /// The highest value. It equals the lowest for a parameter that is held.
    pub to: f64,
    /// Whether the search is even in the logarithm.
    pub logarithmic: bool,
    /// Whether it is of no interest by itself: a value at a bound then needs no warning.
    pub nuisance: bool,
    /// The bounds if the deck frees it.
    free_bounds: [f64; 2],
}

impl Range {
    /// A parameter between two values.
    pub fn linear(name: &str, [from, to]: [f64; 2]) -> Self {
        Self {
            name: name.to_owned(),
            from,
            to,
            logarithmic: false,
            nuisance: false,
            free_bounds: [from, to],
        }
    }

    /// A positive parameter of unknown magnitude.
    pub fn logarithmic(name: &str, bounds: [f64; 2]) -> Self {
        Self {
            logarithmic: true,
            ..Self::linear(name, bounds)
        }
    }

    /// The same range of a nuisance parameter.
    pub fn nuisance(self) -> Self {
        Self {
            nuisance: true,
            ..self
        }
    }

    /// The same parameter, held at a value unless the deck frees it.
    pub fn held(self, value: f64) -> Self {
        Self {
            from: value,
            to: value,
            ..self
        }
    }

    /// Whether the parameter has one value only.
    pub fn is_held(&self) -> bool {
        self.from == self.to
    }

    /// The value at a fraction of the range, from 0 to 1.
    pub fn value(&self, fraction: f64) -> f64 {
        let value = if self.logarithmic {
            (self.from.ln() + fraction * (self.to / self.from).ln()).exp()
        } else {
            self.from + fraction * (self.to - self.from)
        };
        // The ends are exact, and rounding never leads outside.
        match fraction {
            _ if fraction <= 0.0 => self.from,
            _ if fraction >= 1.0 => self.to,
            _ => value.clamp(self.from, self.to),
        }
    }

    /// The fraction of the range at which a value lies.
    pub fn fraction(&self, value: f64) -> f64 {
        if self.is_held() {
            0.0
        } else if self.logarithmic {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        }
    }

    /// The derivative of the value with respect to the fraction, at this value.
    pub fn derivative(&self, value: f64) -> f64 {
        if self.logarithmic {
            value * (self.to / self.from).ln()
        } else {
            self.to - self.from
        }
    }
}

/// Whether every parameter is within its range.
pub fn contains(ranges: &[Range], parameters: &[f64]) -> bool {
    let mut all = ranges.iter().zip(parameters);
    all.all(|(range, value)| (range.from..=range.to).contains(value))
}

/// The ranges as the deck restricts them. In a joint fit, `theta_1` in the deck restricts
/// `gap_ratio.theta_1` and that of every other indicator.
pub fn restricted(mut ranges: Vec<Range>, deck: &BTreeMap<String, Bounds>) -> Vec<Range> {
    for range in &mut ranges {
        let plain = range.name.rsplit('.').next().unwrap_or_default();
        let [from, to] = match deck.get(&range.name).or_else(|| deck.get(plain)) {
            Some(&Bounds::Fixed(value)) => [value; 2],
            Some(&Bounds::Between(ends)) => ends,
            Some(Bounds::Free) => range.free_bounds,
            None => continue,
        };
        (range.from, range.to) = (from, to);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_and_values_are_inverse() {
        for range in [
            Range::linear("h_c", [3.0, 9.0]),
            Range::logarithmic("nu", [0.2, 5.0]),
        ] {
            assert_eq!(range.value(0.0), range.from);
            assert_eq!(range.value(1.0), range.to);
            for fraction in [0.1, 0.5, 0.83] {
                let value = range.value(fraction);
                assert!((range.fraction(value) - fraction).abs() < 1e-14);
                let difference =
                    (range.value(fraction + 1e-6) - range.value(fraction - 1e-6)) / 2e-6;
                assert!((range.derivative(value) - difference).abs() < 1e-6 * difference);
            }
        }
        assert!((Range::logarithmic("nu", [0.2, 5.0]).value(0.5) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_deck_holds_bounds_and_frees() {
        let ranges = vec![
            Range::linear("h_c", [3.0, 9.0]),
            Range::logarithmic("nu", [0.2, 5.0]),
            Range::linear("zeta", [-2.0, 2.0]).held(0.0),
            Range::logarithmic("gap_ratio.theta_1", [0.1, 10.0]),
        ];
        let deck = BTreeMap::from([
            ("nu".to_owned(), Bounds::Fixed(1.0)),
            ("h_c".to_owned(), Bounds::Between([5.0, 6.0])),
            ("zeta".to_owned(), Bounds::Free),
            ("theta_1".to_owned(), Bounds::Fixed(2.0)),
        ]);
        assert!(ranges[2].is_held());
        let found = restricted(ranges, &deck);
        let ends: Vec<[f64; 2]> = found.iter().map(|range| [range.from, range.to]).collect();
        assert_eq!(ends, [[5.0, 6.0], [1.0, 1.0], [-2.0, 2.0], [2.0, 2.0]]);
    }
}
