//! The smallest cost within ranges of parameters.
//!
//! Costs of a collapse jump wherever a point enters or leaves the reach of another curve, so that a
//! simplex alone is caught by the nearest step. A population that covers all of the ranges evolves
//! first: nothing depends on a starting guess, and a refit cannot stay in the valley of the fit.
//! Costs with a gradient have [`descend`], from the valleys of a grid.

mod descent;
mod evolution;
mod grid;
mod range;
mod simplex;

pub use descent::descend;
pub use grid::valleys;
pub use range::{Range, restricted};

/// The smallest cost found.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    /// The values of the parameters.
    pub place: Vec<f64>,
    /// The cost there.
    pub cost: f64,
}

/// The smallest value of `cost` over the ranges; infinity marks what is not acceptable, NaN is not
/// allowed. Nothing when nothing acceptable is met.
pub fn minimise(ranges: &[Range], mut cost: impl FnMut(&[f64]) -> f64) -> Option<Minimum> {
    let free: Vec<usize> = (0..ranges.len())
        .filter(|&axis| !ranges[axis].is_held())
        .collect();
    let mut place: Vec<f64> = ranges.iter().map(|range| range.from).collect();
    let mut of_shares = |shares: &[f64]| {
        if !shares.iter().all(|share| (0.0..=1.0).contains(share)) {
            return f64::INFINITY;
        }
        for (&axis, &share) in free.iter().zip(shares) {
            place[axis] = ranges[axis].value(share);
        }
        cost(&place)
    };
    let best = if free.is_empty() {
        (of_shares(&[]), Vec::new())
    } else {
        evolution::candidates(free.len(), &mut of_shares)
            .into_iter()
            .map(|start| simplex::polish(&mut of_shares, start))
            .min_by(|(a, _), (b, _)| a.total_cmp(b))?
    };
    let mut place: Vec<f64> = ranges.iter().map(|range| range.from).collect();
    for (&axis, &share) in free.iter().zip(&best.1) {
        place[axis] = ranges[axis].value(share);
    }
    best.0.is_finite().then_some(Minimum {
        place,
        cost: best.0,
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
        assert!((found.place[0] - 7.3).abs() < 1e-4, "{found:?}");
        assert!((found.place[1] - 1.7).abs() < 1e-4, "{found:?}");
        assert!(found.cost < 1e-8);
    }

    #[test]
    fn a_slope_ends_at_the_bound() {
        let found = minimise(&ranges(), |at| at[0] - at[1]).unwrap().place;
        assert!((3.0..3.001).contains(&found[0]), "{found:?}");
        assert!((4.999..=5.0).contains(&found[1]), "{found:?}");
    }

    #[test]
    fn what_is_held_stays() {
        let mut held = ranges();
        held[1] = held[1].clone().held(1.2);
        let bowl = |at: &[f64]| (at[0] - at[1]).powi(2);
        held[0] = Range::linear("h_c", [1.0, 9.0]);
        let found = minimise(&held, bowl).unwrap();
        assert_eq!(found.place[1], 1.2);
        assert!((found.place[0] - 1.2).abs() < 1e-4);
        held[0] = held[0].clone().held(2.2);
        let found = minimise(&held, bowl).unwrap();
        assert_eq!(found.place, [2.2, 1.2]);
        assert!((found.cost - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_acceptable_is_nothing_found() {
        assert_eq!(minimise(&ranges(), |_| f64::INFINITY), None);
    }
}
