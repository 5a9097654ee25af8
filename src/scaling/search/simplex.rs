//! Nelder and Mead's simplex, by argmin.

use std::cell::RefCell;

use argmin::core::{CostFunction, Executor, State};
use argmin::solver::neldermead::NelderMead;

/// The polish ends when the corners' costs differ by less than this part of them.
const TOLERANCE: f64 = 1e-9;
/// Edge of the first simplex.
const EDGE: f64 = 0.01;
const MOST_STEPS: u64 = 150;

/// The smallest cost near `start` in the unit cube, and where it is. The start is acceptable.
pub fn polish(cost: &mut impl FnMut(&[f64]) -> f64, start: Vec<f64>) -> (f64, Vec<f64>) {
    let here = cost(&start);
    let mut corners = vec![start.clone()];
    for axis in 0..start.len() {
        let mut corner = start.clone();
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
        .run()
        .expect("costs are never NaN, which alone can stop the simplex");
    let state = outcome.state();
    let best = state.get_best_param().expect("the start has a cost");
    (state.get_best_cost(), best.clone())
}

/// A cost for argmin, which evaluates by shared reference what here reuses buffers.
struct Objective<'a, F>(RefCell<&'a mut F>);

impl<F: FnMut(&[f64]) -> f64> CostFunction for Objective<'_, F> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, place: &Vec<f64>) -> Result<f64, argmin::core::Error> {
        Ok((self.0.borrow_mut())(place))
    }
}
