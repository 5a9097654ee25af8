//! Predictions of time and memory.

use super::attempt::Attempt;
use crate::eigen::method::Workload;

/// Elements of the factor with the zeros that joined supernodes add. Fitted to exact symbolic
/// counts of periodic chains: 5.8e4, 5.5e5, 5.9e6, 6.9e7 and 7.9e8 for L = 12, 14, 16, 18, 20.
fn factor_elements(workload: &Workload) -> f64 {
    0.2 * (workload.dimension as f64).powf(1.82)
}

/// One factorization in double and two in single precision, the solves, the orthogonalization and
/// the small eigenvalue problem. Fitted to 0.03, 0.13, 1.5 and 27 s, measured on one core for 100
/// states of L = 12, 14, 16, 18 with another order. The factorizations are scaled to the fifth
/// fewer operations that the present order needs.
pub fn seconds(workload: &Workload) -> f64 {
    let dimension = workload.dimension as f64;
    // Most windows are complete at the first look of their first attempt.
    let first = Attempt::new(0, workload.states, workload.dimension as usize);
    let basis = first.lanczos.first_look as f64;
    let factorizations = 2e-6 * dimension + 8.8e-12 * dimension.powf(2.63);
    let solves = 2.6e-10 * factor_elements(workload) * basis;
    let orthogonalization = 1.8e-10 * dimension * basis * basis + 4.4e-10 * basis.powi(3);
    1e-6 * dimension + workload.targets as f64 * (factorizations + solves + orthogonalization)
}

/// Nested dissection and the symbolic factorization. Fitted to 6, 21, 84, 499 and 2708 ms of
/// processor time for L = 12, 14, 16, 18, 20.
pub fn preparation(workload: &Workload) -> f64 {
    4.2e-7 * (workload.dimension as f64).powf(1.3)
}

/// The factor, the basis and the states. 0.12 and 0.77 GB were measured at L = 16 and 18.
pub fn memory(workload: &Workload) -> f64 {
    let vectors = 4.5 * workload.states as f64 + 60.0;
    8.0 * (1.1 * factor_elements(workload) + workload.dimension as f64 * vectors)
}
