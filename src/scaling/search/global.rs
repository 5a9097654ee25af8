//! The smallest cost over all of the ranges, without a gradient.

use super::minimum::Minimum;
use super::range::Range;
use super::{evolution, simplex};

/// The smallest value of `cost` over the ranges. Infinity marks parameters that are not acceptable,
/// and NaN is not allowed. The result is `None` when no acceptable parameters are found.
pub fn minimise(ranges: &[Range], mut cost: impl FnMut(&[f64]) -> f64) -> Option<Minimum> {
    let free: Vec<usize> = (0..ranges.len())
        .filter(|&axis| !ranges[axis].is_held())
        .collect();
    let mut parameters: Vec<f64> = ranges.iter().map(|range| range.from).collect();
    let mut of_fractions = |fractions: &[f64]| {
        // Corners of the simplex may leave the unit cube.
        if !fractions.iter().all(|part| (0.0..=1.0).contains(part)) {
            return f64::INFINITY;
        }
        for (&axis, &fraction) in free.iter().zip(fractions) {
            parameters[axis] = ranges[axis].value(fraction);
        }
        cost(&parameters)
    };
    let best = if free.is_empty() {
        Minimum {
            cost: of_fractions(&[]),
            parameters: Vec::new(),
        }
    } else {
        evolution::candidates(free.len(), &mut of_fractions)
            .into_iter()
            .map(|start| simplex::polish(&mut of_fractions, start))
            .min_by(|a, b| a.cost.total_cmp(&b.cost))?
    };
    let mut parameters: Vec<f64> = ranges.iter().map(|range| range.from).collect();
    for (&axis, &fraction) in free.iter().zip(&best.parameters) {
        parameters[axis] = ranges[axis].value(fraction);
    }
    best.cost.is_finite().then_some(Minimum {
        parameters,
        cost: best.cost,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges() -> Vec<Range> {
        vec![
            Range::linear("h_c", [3.0, 9.0]),
            Range::logarithmic("nu", [0.2, 5.0]),
        ]
    }

    #[test]
    fn finds_the_deepest_of_many_valleys() {
        let bowl = |h: f64, nu: f64| (h - 7.3).powi(2) + (nu / 1.7).ln().powi(2);
        let ripples =
            |h: f64, nu: f64| 0.05 * (1.0 - (9.0 * (h - 7.3)).cos() * (nu / 1.7).ln().cos());
        let found = minimise(&ranges(), |at| bowl(at[0], at[1]) + ripples(at[0], at[1])).unwrap();
        assert!((found.parameters[0] - 7.3).abs() < 1e-4, "{found:?}");
        assert!((found.parameters[1] - 1.7).abs() < 1e-4, "{found:?}");
        assert!(found.cost < 1e-8);
    }

    #[test]
    fn a_slope_ends_at_the_bound() {
        let found = minimise(&ranges(), |at| at[0] - at[1]).unwrap().parameters;
        assert!((3.0..3.001).contains(&found[0]), "{found:?}");
        assert!((4.999..=5.0).contains(&found[1]), "{found:?}");
    }

    #[test]
    fn held_parameters_keep_their_value() {
        let mut held = ranges();
        held[1] = held[1].clone().held(1.2);
        let bowl = |at: &[f64]| (at[0] - at[1]).powi(2);
        held[0] = Range::linear("h_c", [1.0, 9.0]);
        let found = minimise(&held, bowl).unwrap();
        assert_eq!(found.parameters[1], 1.2);
        assert!((found.parameters[0] - 1.2).abs() < 1e-4);
        held[0] = held[0].clone().held(2.2);
        let found = minimise(&held, bowl).unwrap();
        assert_eq!(found.parameters, [2.2, 1.2]);
        assert!((found.cost - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_cost_without_acceptable_values_has_no_minimum() {
        assert_eq!(minimise(&ranges(), |_| f64::INFINITY), None);
    }
}
