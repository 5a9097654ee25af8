//! The smallest cost over h_c and ν: a grid over all of the domain, a finer one around its lowest
//! valleys, and a polish of the lowest found.
//!
//! Costs of a collapse jump wherever a point enters or leaves the reach of another curve, so that a
//! simplex alone is caught by the nearest step. The grids make the result independent of any
//! starting guess: a refit cannot stay in the valley of the fit.

use std::cell::RefCell;

use argmin::core::{CostFunction, Executor, State};
use argmin::solver::neldermead::NelderMead;

use super::curve::Curve;

/// Nodes of the grid over the domain, along h_c and along ln ν.
const COARSE: [usize; 2] = [48, 32];
/// Nodes of a finer grid, over the cells around a valley of the coarse one.
const FINE: [usize; 2] = [24, 24];
/// How many valleys of the coarse grid are looked at more closely.
const VALLEYS: usize = 3;
/// How many valleys of the fine grids are polished.
const POLISHED: usize = 5;
/// The polish ends when the corners' costs differ by less than this.
const TOLERANCE: f64 = 1e-9;
const MOST_STEPS: u64 = 200;

/// Where h_c and ν are looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Domain {
    /// Least and greatest h_c.
    pub critical: [f64; 2],
    /// Least and greatest ν.
    pub exponent: [f64; 2],
}

/// A smallest cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum {
    /// h_c.
    pub critical: f64,
    /// ν.
    pub exponent: f64,
    /// The cost there.
    pub cost: f64,
}

impl Domain {
    /// h_c where there are data, ν from 0.2 to 5.
    pub fn of(curves: &[Curve]) -> Self {
        let strengths = || curves.iter().flat_map(|curve| &curve.strengths).copied();
        Self {
            critical: [
                strengths().fold(f64::INFINITY, f64::min),
                strengths().fold(f64::NEG_INFINITY, f64::max),
            ],
            exponent: [0.2, 5.0],
        }
    }
}

/// The smallest value of `cost(h_c, ν)` in the domain; infinity marks what is not acceptable, NaN
/// is not allowed. Nothing when no node of the coarse grid is acceptable.
pub fn minimise(domain: Domain, mut cost: impl FnMut(f64, f64) -> f64) -> Option<Minimum> {
    let from = [domain.critical[0], domain.exponent[0].ln()];
    let to = [domain.critical[1], domain.exponent[1].ln()];
    let objective = Objective(RefCell::new(|point: &[f64]| {
        if (0..2).all(|axis| (from[axis]..=to[axis]).contains(&point[axis])) {
            cost(point[0], point[1].exp())
        } else {
            f64::INFINITY
        }
    }));

    let coarse = Grid::new(from, to, COARSE);
    let mut valleys = Vec::new();
    for (_, place) in coarse.valleys(&objective).into_iter().take(VALLEYS) {
        let fine = Grid::new(
            [0, 1].map(|axis| (place[axis] - coarse.step[axis]).max(from[axis])),
            [0, 1].map(|axis| (place[axis] + coarse.step[axis]).min(to[axis])),
            FINE,
        );
        let found = fine.valleys(&objective);
        valleys.extend(found.into_iter().map(|valley| (valley, fine.step)));
    }
    valleys.sort_by(|((a, _), _), ((b, _), _)| a.total_cmp(b));
    valleys
        .into_iter()
        .take(POLISHED)
        .map(|((_, start), step)| polish(&objective, start, step))
        .min_by(|a, b| a.cost.total_cmp(&b.cost))
}

/// Equally spaced nodes, bounds included.
struct Grid {
    from: [f64; 2],
    to: [f64; 2],
    step: [f64; 2],
    counts: [usize; 2],
}

impl Grid {
    fn new(from: [f64; 2], to: [f64; 2], counts: [usize; 2]) -> Self {
        let step = [0, 1].map(|axis| (to[axis] - from[axis]) / (counts[axis] - 1) as f64);
        Self {
            from,
            to,
            step,
            counts,
        }
    }

    fn node(&self, index: usize) -> [f64; 2] {
        let place = [index / self.counts[1], index % self.counts[1]];
        // The last one must not round to outside.
        [0, 1]
            .map(|axis| (self.from[axis] + place[axis] as f64 * self.step[axis]).min(self.to[axis]))
    }

    /// The acceptable nodes without a lower neighbour, the lowest first, with their costs.
    fn valleys<F>(&self, objective: &Objective<F>) -> Vec<(f64, [f64; 2])>
    where
        F: FnMut(&[f64]) -> f64,
    {
        let mut cost = objective.0.borrow_mut();
        let costs: Vec<f64> = (0..self.counts[0] * self.counts[1])
            .map(|index| cost(&self.node(index)))
            .collect();
        let mut valleys: Vec<(f64, [f64; 2])> = (0..costs.len())
            .filter(|&index| costs[index].is_finite() && self.is_valley(&costs, index))
            .map(|index| (costs[index], self.node(index)))
            .collect();
        valleys.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        valleys
    }

    fn is_valley(&self, costs: &[f64], index: usize) -> bool {
        let (row, column) = (index / self.counts[1], index % self.counts[1]);
        let around = |place: usize, count: usize| place.saturating_sub(1)..(place + 2).min(count);
        around(row, self.counts[0])
            .flat_map(|row| {
                around(column, self.counts[1]).map(move |column| row * self.counts[1] + column)
            })
            .all(|neighbour| costs[index] <= costs[neighbour])
    }
}

/// Nelder and Mead's simplex from a node and half a step of its grid to both sides.
fn polish<F>(objective: &Objective<F>, start: [f64; 2], step: [f64; 2]) -> Minimum
where
    F: FnMut(&[f64]) -> f64,
{
    let corner = |right: f64, up: f64| vec![start[0] + right * step[0], start[1] + up * step[1]];
    let simplex = vec![corner(0.0, 0.0), corner(0.5, 0.0), corner(0.0, 0.5)];
    let solver = NelderMead::new(simplex)
        .with_sd_tolerance(TOLERANCE)
        .expect("the tolerance is positive");
    let outcome = Executor::new(objective, solver)
        .configure(|state| state.max_iters(MOST_STEPS))
        .timer(false)
        .run()
        .expect("costs are never NaN, which alone can stop the simplex");
    let state = outcome.state();
    let best = state.get_best_param().expect("the start has a cost");
    Minimum {
        critical: best[0],
        exponent: best[1].exp(),
        cost: state.get_best_cost(),
    }
}

/// A cost for argmin, which evaluates by shared reference what here reuses buffers.
struct Objective<F>(RefCell<F>);

impl<F: FnMut(&[f64]) -> f64> CostFunction for &Objective<F> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, point: &Vec<f64>) -> Result<f64, argmin::core::Error> {
        Ok((self.0.borrow_mut())(point))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: Domain = Domain {
        critical: [3.0, 9.0],
        exponent: [0.2, 5.0],
    };

    #[test]
    fn finds_the_deepest_of_many_valleys() {
        let bowl = |h: f64, nu: f64| (h - 7.3).powi(2) + (nu / 1.7).ln().powi(2);
        let ripples =
            |h: f64, nu: f64| 0.05 * (1.0 - (9.0 * (h - 7.3)).cos() * (nu / 1.7).ln().cos());
        let found = minimise(DOMAIN, |h, nu| bowl(h, nu) + ripples(h, nu)).unwrap();
        assert!((found.critical - 7.3).abs() < 1e-4, "{found:?}");
        assert!((found.exponent - 1.7).abs() < 1e-4, "{found:?}");
        assert!(found.cost < 1e-8);
    }

    #[test]
    fn a_slope_ends_at_the_bound() {
        let found = minimise(DOMAIN, |h, nu| h - nu).unwrap();
        assert!((found.critical - 3.0).abs() < 1e-3, "{found:?}");
        assert!((found.exponent - 5.0).abs() < 1e-3, "{found:?}");
        assert!(found.critical >= 3.0 && found.exponent < 5.0 + 1e-12);
    }

    #[test]
    fn nothing_acceptable_is_nothing_found() {
        assert_eq!(minimise(DOMAIN, |_, _| f64::INFINITY), None);
    }
}
