//! Predictions of time and memory.

use super::attempt::Attempt;
use crate::eigen::method::Workload;

/// Elements of the factor with the zeros that joined supernodes add. Fitted to exact symbolic
/// counts of periodic chains: 5.8e4, 5.5e5, 5.9e6, 6.9e7 and 7.9e8 for L = 12, 14, 16, 18, 20.
fn factor_elements(workload: &Workload) -> f64 {
    0.2 * (workload.dimension as f64).powf(1.82)
}

/// Operations of a factorization without these zeros. Fitted to exact counts of periodic chains:
/// 3.5e6, 1.1e8, 4.0e9, 1.6e11 and 6.2e12 for L = 12, 14, 16, 18, 20.
fn operations(workload: &Workload) -> f64 {
    0.0253 * (workload.dimension as f64).powf(2.73)
}

/// One factorization, the solves, the orthogonalization and the small eigenvalue problem. Fitted to
/// 0.017, 0.068, 0.41 and 8.7 s, measured on one core of an Intel Xeon (Sapphire Rapids) for 100 states
/// of L = 12, 14, 16, 18. Counts of levels are rare, and not included.
pub fn seconds(workload: &Workload) -> f64 {
    let dimension = workload.dimension as f64;
    // Most windows are complete at the first look of their first attempt.
    let first = Attempt::new(0, workload.states, workload.dimension as usize);
    let basis = first.lanczos.first_look as f64;
    let factorization = 5e-6 * dimension + 3.6e-11 * operations(workload);
    let solves = 7e-11 * factor_elements(workload) * basis;
    let orthogonalization = 7e-11 * dimension * basis * basis + 4e-10 * basis.powi(3);
    1e-6 * dimension + workload.targets as f64 * (factorization + solves + orthogonalization)
}

/// Nested dissection and the symbolic factorization. Fitted to 6, 21, 84, 499 and 2708 ms of
/// processor time for L = 12, 14, 16, 18, 20.
pub fn preparation(workload: &Workload) -> f64 {
    4.2e-7 * (workload.dimension as f64).powf(1.3)
}

/// The factor, the basis and the states. 0.11 and 0.77 GB were measured at L = 16 and 18.
pub fn memory(workload: &Workload) -> f64 {
    let vectors = 4.5 * workload.states as f64 + 60.0;
    8.0 * (1.1 * factor_elements(workload) + workload.dimension as f64 * vectors)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::chain::Chain;
    use crate::deck::Boundary;
    use crate::eigen::shift_invert::Factorization;

    fn workload(sites: usize, dimension: u64) -> Workload {
        Workload {
            sites,
            dimension,
            targets: 1,
            states: 100,
        }
    }

    #[test]
    fn elements_are_predicted() {
        for sites in [12, 14, 16, 18] {
            let chain = Arc::new(Chain::new(sites, 1.0, Boundary::Periodic));
            let elements = Factorization::new(&chain).elements() as f64;
            let predicted = factor_elements(&workload(sites, chain.dimension() as u64));
            let share = predicted / elements;
            assert!((0.8..1.1).contains(&share), "L = {sites}: {share}");
        }
    }

    #[test]
    fn measured_seconds_and_memory_are_predicted() {
        let measured = [
            (12, 924, 0.017, None),
            (14, 3_432, 0.068, None),
            (16, 12_870, 0.41, Some(1.1e8)),
            (18, 48_620, 8.7, Some(7.7e8)),
        ];
        for (sites, dimension, measured_seconds, measured_memory) in measured {
            let workload = workload(sites, dimension);
            let share = seconds(&workload) / measured_seconds;
            assert!((0.75..1.25).contains(&share), "L = {sites}: {share}");
            if let Some(measured) = measured_memory {
                let share = memory(&workload) / measured;
                assert!((0.9..1.1).contains(&share), "L = {sites}: {share}");
            }
        }
    }

    #[test]
    fn operations_are_predicted() {
        let exact = [
            (12, 924, 3.473e6),
            (14, 3_432, 1.116e8),
            (16, 12_870, 3.994e9),
            (18, 48_620, 1.582e11),
            (20, 184_756, 6.233e12),
        ];
        for (sites, dimension, operations) in exact {
            let share = super::operations(&workload(sites, dimension)) / operations;
            assert!((0.9..1.1).contains(&share), "L = {sites}: {share}");
        }
    }
}
