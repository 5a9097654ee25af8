//! Where a parameter is looked for.

use std::collections::BTreeMap;

use crate::deck::Bounds;

/// A parameter of a method, and the values that it may take.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Its name, as in the deck and in results.
    pub name: String,
    /// The least value.
    pub from: f64,
    /// The greatest; the same for a parameter that is held.
    pub to: f64,
    /// Whether its logarithm, rather than itself, is looked for evenly.
    pub logarithmic: bool,
    /// Whether a value at its bound needs no warning.
    pub nuisance: bool,
    /// Its bounds when the deck calls it free.
    free: [f64; 2],
}

impl Range {
    /// A parameter that may be anything between two values.
    pub fn linear(name: &str, [from, to]: [f64; 2]) -> Self {
        Self {
            name: name.to_owned(),
            from,
            to,
            logarithmic: false,
            nuisance: false,
            free: [from, to],
        }
    }

    /// A positive parameter of unknown magnitude.
    pub fn logarithmic(name: &str, bounds: [f64; 2]) -> Self {
        Self {
            logarithmic: true,
            ..Self::linear(name, bounds)
        }
    }

    /// The same, of no interest by itself.
    pub fn nuisance(self) -> Self {
        Self {
            nuisance: true,
            ..self
        }
    }

    /// The same, held at a value unless the deck says otherwise.
    pub fn held(self, value: f64) -> Self {
        Self {
            from: value,
            to: value,
            ..self
        }
    }

    /// Whether there is nothing to look for.
    pub fn is_held(&self) -> bool {
        self.from == self.to
    }

    /// The value at `share` of the way, from 0 to 1.
    pub fn value(&self, share: f64) -> f64 {
        let value = if self.logarithmic {
            (self.from.ln() + share * (self.to / self.from).ln()).exp()
        } else {
            self.from + share * (self.to - self.from)
        };
        // The ends are reached, and rounding does not lead outside.
        match share {
            _ if share <= 0.0 => self.from,
            _ if share >= 1.0 => self.to,
            _ => value.clamp(self.from, self.to),
        }
    }

    /// The share of the way at which a value is.
    pub fn share(&self, value: f64) -> f64 {
        if self.is_held() {
            0.0
        } else if self.logarithmic {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        }
    }

    /// dvalue/dshare where the parameter has this value.
    pub fn slope(&self, value: f64) -> f64 {
        if self.logarithmic {
            value * (self.to / self.from).ln()
        } else {
            self.to - self.from
        }
    }
}

/// The ranges as the deck restricts them. `name` stands for `gap_ratio.name` too: the same
/// parameter of each indicator.
pub fn restricted(mut ranges: Vec<Range>, deck: &BTreeMap<String, Bounds>) -> Vec<Range> {
    for range in &mut ranges {
        let plain = range.name.rsplit('.').next().unwrap_or_default();
        let [from, to] = match deck.get(&range.name).or_else(|| deck.get(plain)) {
            Some(&Bounds::Fixed(value)) => [value; 2],
            Some(&Bounds::Between(ends)) => ends,
            Some(Bounds::Free) => range.free,
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
    fn shares_and_values_are_inverse() {
        for range in [
            Range::linear("h_c", [3.0, 9.0]),
            Range::logarithmic("nu", [0.2, 5.0]),
        ] {
            assert_eq!(range.value(0.0), range.from);
            assert_eq!(range.value(1.0), range.to);
            for share in [0.1, 0.5, 0.83] {
                let value = range.value(share);
                assert!((range.share(value) - share).abs() < 1e-14);
                let difference = (range.value(share + 1e-6) - range.value(share - 1e-6)) / 2e-6;
                assert!((range.slope(value) - difference).abs() < 1e-6 * difference);
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
