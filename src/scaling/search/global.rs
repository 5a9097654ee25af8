//! The smallest cost over all of the ranges, without a gradient.

use super::evolution::Effort;
use super::minimum::Minimum;
use super::range::{Range, contains};
use super::{evolution, simplex, walk};

/// What a cost looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// It has slopes almost everywhere.
    Smooth,
    /// It is constant between jumps.
    Steps,
}

impl Surface {
    /// A cost with slopes needs a start in the right valley only. A walk finds one by itself, and its
    /// costs take longer.
    fn effort(self) -> Effort {
        match self {
            Self::Smooth => Effort {
                members: 16,
                fewest: 32,
                generations: 50,
            },
            Self::Steps => Effort {
                members: 12,
                fewest: 48,
                generations: 25,
            },
        }
    }
}

/// The smallest value of `cost` over the ranges. Infinity and NaN mark parameters that are not
/// acceptable. The result is `None` when no acceptable parameters are found.
///
/// The result never costs more than any of the `starts`, which are parameters within the ranges;
/// others are ignored. Of equal costs that of a start is taken.
pub fn minimise(
    ranges: &[Range],
    starts: &[Vec<f64>],
    surface: Surface,
    mut cost: impl FnMut(&[f64]) -> f64,
) -> Option<Minimum> {
    let mut cost = |parameters: &[f64]| {
        let found = cost(parameters);
        if found.is_nan() { f64::INFINITY } else { found }
    };
    // The numbers themselves: rounded to fractions of the ranges, they might lie behind a jump.
    let given = starts.iter().filter(|start| contains(ranges, start));
    let given = given.map(|start| Minimum {
        cost: cost(start),
        parameters: start.clone(),
    });
    let mut known: Vec<Minimum> = given.filter(|start| start.cost.is_finite()).collect();
    let starts = known.clone();
    known.extend(searched(ranges, &starts, surface, &mut cost));
    let best = known.into_iter().min_by(|a, b| a.cost.total_cmp(&b.cost));
    best.filter(|best| best.cost.is_finite())
}

/// Minima that a population finds, and minima near the starts.
fn searched(
    ranges: &[Range],
    starts: &[Minimum],
    surface: Surface,
    cost: &mut impl FnMut(&[f64]) -> f64,
) -> Vec<Minimum> {
    let free: Vec<usize> = (0..ranges.len())
        .filter(|&axis| !ranges[axis].is_held())
        .collect();
    let held: Vec<f64> = ranges.iter().map(|range| range.from).collect();
    let set = |parameters: &mut [f64], fractions: &[f64]| {
        for (&axis, &fraction) in free.iter().zip(fractions) {
            parameters[axis] = ranges[axis].value(fraction);
        }
    };
    let mut parameters = held.clone();
    let mut of_fractions = |fractions: &[f64]| {
        // Corners of the simplex may leave the unit cube.
        if !fractions.iter().all(|part| (0.0..=1.0).contains(part)) {
            return f64::INFINITY;
        }
        set(&mut parameters, fractions);
        cost(&parameters)
    };
    let of_start = |start: &Minimum| -> Vec<f64> {
        let own = |&axis: &usize| {
            ranges[axis]
                .fraction(start.parameters[axis])
                .clamp(0.0, 1.0)
        };
        free.iter().map(own).collect()
    };
    let starts: Vec<Vec<f64>> = starts.iter().map(of_start).collect();
    let mut found = Vec::new();
    if free.is_empty() {
        found.push(Minimum {
            cost: of_fractions(&[]),
            parameters: Vec::new(),
        });
    } else {
        let candidates =
            evolution::candidates(free.len(), surface.effort(), &starts, &mut of_fractions);
        found.extend(
            candidates
                .into_iter()
                .chain(starts)
                .map(|start| match surface {
                    Surface::Smooth => simplex::polish(&mut of_fractions, start),
                    Surface::Steps => walk::polish(&mut of_fractions, start),
                }),
        );
    }
    for minimum in &mut found {
        let fractions = std::mem::replace(&mut minimum.parameters, held.clone());
        set(&mut minimum.parameters, &fractions);
    }
    found
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
        let found = minimise(&ranges(), &[], Surface::Smooth, |at| {
            bowl(at[0], at[1]) + ripples(at[0], at[1])
        })
        .unwrap();
        assert!((found.parameters[0] - 7.3).abs() < 1e-4, "{found:?}");
        assert!((found.parameters[1] - 1.7).abs() < 1e-4, "{found:?}");
        assert!(found.cost < 1e-8);
    }

    #[test]
    fn a_slope_ends_at_the_bound() {
        let found = minimise(&ranges(), &[], Surface::Smooth, |at| at[0] - at[1])
            .unwrap()
            .parameters;
        assert!((3.0..3.001).contains(&found[0]), "{found:?}");
        assert!((4.999..=5.0).contains(&found[1]), "{found:?}");
    }

    #[test]
    fn held_parameters_keep_their_value() {
        let mut held = ranges();
        held[1] = held[1].clone().held(1.2);
        let bowl = |at: &[f64]| (at[0] - at[1]).powi(2);
        held[0] = Range::linear("h_c", [1.0, 9.0]);
        let found = minimise(&held, &[], Surface::Smooth, bowl).unwrap();
        assert_eq!(found.parameters[1], 1.2);
        assert!((found.parameters[0] - 1.2).abs() < 1e-4);
        held[0] = held[0].clone().held(2.2);
        let found = minimise(&held, &[], Surface::Smooth, bowl).unwrap();
        assert_eq!(found.parameters, [2.2, 1.2]);
        assert!((found.cost - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_cost_without_acceptable_values_has_no_minimum() {
        assert_eq!(
            minimise(&ranges(), &[], Surface::Smooth, |_| f64::INFINITY),
            None
        );
        assert_eq!(minimise(&ranges(), &[], Surface::Steps, |_| f64::NAN), None);
    }

    /// A hole that is too narrow for any search is known from the start.
    #[test]
    fn no_start_costs_less_than_the_result() {
        let hole = [6.123_456_789, 1.23];
        let cost = |at: &[f64]| if at == hole { -1.0 } else { at[0] };
        for surface in [Surface::Smooth, Surface::Steps] {
            let starts = [vec![3.0, 1.0], hole.to_vec(), vec![99.0, 1.0]];
            let found = minimise(&ranges(), &starts, surface, cost).unwrap();
            assert_eq!((found.parameters, found.cost), (hole.to_vec(), -1.0));
        }
        let level = minimise(&ranges(), &[hole.to_vec()], Surface::Steps, |_| 2.0);
        assert_eq!(level.unwrap().parameters, hole);
    }
}
