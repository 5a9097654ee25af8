//! The simplex of Nelder and Mead, by argmin.

use std::cell::RefCell;

use argmin::core::{CostFunction, Executor, State};
use argmin::solver::neldermead::NelderMead;

use super::minimum::Minimum;

/// The search ends when the costs of the corners deviate by less than this fraction of the cost.
const TOLERANCE: f64 = 1e-9;
/// Edge of the first simplex.
const EDGE: f64 = 0.01;
const MOST_STEPS: u64 = 150;

/// The smallest cost near `start`, which is acceptable and lies in the unit cube.
pub fn polish(cost: &mut impl FnMut(&[f64]) -> f64, start: Vec<f64>) -> Minimum {
    let here = cost(&start);
    let mut corners = vec![start.clone()];
    for axis in 0..start.len() {
        let mut corner = start.clone();
        // Away from the nearer bound, so that the first simplex lies inside.
        corner[axis] += if corner[axis] > 0.5 { -EDGE } else { EDGE };
        corners.push(corner);
    }
    let solver = NelderMead::new(corners)
        .with_sd_tolerance(TOLERANCE * here.abs().max(f64::MIN_POSITIVE))
        .expect("the tolerance is positive");
    let objective = Objective(RefCell::new(cost));
    let outcome = Executor::new(objective, solver)
        .configure(|state| state.max_iters(MOST_STEPS * start.len() as u64))
        .timer(false)
        .run();
    // Differences of costs that overflow can stop the simplex. The start is then the best known.
    let found = outcome.ok().and_then(|outcome| {
        let state = outcome.state();
        Some((state.get_best_param()?.clone(), state.get_best_cost()))
    });
    let (parameters, cost) = found.unwrap_or((start, here));
    Minimum { parameters, cost }
}

/// A cost for argmin. It evaluates by shared reference, while our costs reuse buffers.
struct Objective<'a, F>(RefCell<&'a mut F>);

impl<F: FnMut(&[f64]) -> f64> CostFunction for Objective<'_, F> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, parameters: &Vec<f64>) -> Result<f64, argmin::core::Error> {
        Ok((self.0.borrow_mut())(parameters))
    }
}
