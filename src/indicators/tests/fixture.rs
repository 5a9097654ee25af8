//! What the tests of the indicators share: random states, and the value of an indicator for states.

use std::f64::consts::TAU;

use faer::{Mat, MatRef};

use crate::chain::Sector;
use crate::comm::Space;
use crate::eigen::Window;
use crate::indicators::Description;
use crate::random::{stream, unit};

/// Normalized vectors of independent Gaussian numbers, one in each column.
pub fn random_states(dimension: usize, count: usize) -> Mat<f64> {
    let mut numbers = stream(17, [dimension as u64, count as u64, 0, 0]);
    let mut states = Mat::from_fn(dimension, count, |_, _| {
        // The Box–Muller transform. 1 − u is never zero.
        let radius = (-2.0 * (1.0 - unit(&mut numbers)).ln()).sqrt();
        radius * (TAU * unit(&mut numbers)).cos()
    });
    for k in 0..count {
        let norm = states.col(k).norm_l2();
        states.col_mut(k).iter_mut().for_each(|x| *x /= norm);
    }
    states
}

/// States of a sector of six configurations whose moments are known by hand. One is on a single
/// configuration, one is spread evenly over all, and one has the probabilities 0.36 and 0.64.
pub fn states_by_hand() -> Mat<f64> {
    Mat::from_fn(6, 3, |row, column| match (column, row) {
        (0, 2) => 1.0,
        (1, _) => 6.0_f64.sqrt().recip(),
        (2, 1) => 0.6,
        (2, 5) => -0.8,
        _ => 0.0,
    })
}

/// The value of an indicator that depends on the states alone.
pub fn value(indicator: &Description, sites: usize, states: MatRef<'_, f64>) -> f64 {
    let energies: Vec<f64> = (0..states.ncols()).map(|k| k as f64).collect();
    let window = Window {
        energies: &energies,
        states,
        space: &Space::alone(states.nrows()),
        residual: 0.0,
        resolution: 0.0,
        cut: false,
        missed: 0.0,
    };
    (indicator.prepare)(&Sector::new(sites)).evaluate(&window)
}
