//! Predictions of time and memory.

use super::attempt::Attempt;
use crate::eigen::method::{Workload, amdahl};

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

/// Vectors of the Krylov basis. Most windows in the middle of the spectrum are complete at the first
/// look of their first attempt. At its ends they take up to 1.55 times as many vectors.
fn basis(workload: &Workload, near_ends: f64) -> f64 {
    let first = Attempt::new(0, workload.states, workload.dimension as usize);
    first.lanczos.first_look as f64 * (1.0 + 0.55 * near_ends)
}

/// One factorization, the solves, the orthogonalization, the small eigenvalue problem and the states.
/// Fitted to 0.0104, 0.0516, 0.35 and 7.2 s, measured at ε = 0.5 on one core of an Intel Xeon (Sapphire
/// Rapids) for 100 states of L = 12, 14, 16, 18. Counts of levels are rare, and not included. Neither is
/// that targets at an end share a slice.
pub fn seconds(workload: &Workload) -> f64 {
    let (dimension, states) = (workload.dimension as f64, workload.states as f64);
    let basis = basis(workload, workload.near_ends);
    let factorization = 6e-7 * dimension + 2.4e-11 * operations(workload);
    let solves = 1e-10 * factor_elements(workload) * basis;
    let vectors = dimension * (8e-9 * basis + 1e-8 * states);
    let orthogonalization = (3.5e-11 * dimension + 3.4e-8) * basis * basis;
    let window = factorization + solves + vectors + orthogonalization;
    8.5e-7 * dimension + workload.targets as f64 * window
}

/// Small trees of elimination have little work beside their critical path, and small factors lie in one step
/// of the solves.
pub fn with_threads(workload: &Workload, threads: usize) -> f64 {
    amdahl(
        0.22 * (12_870.0 / workload.dimension as f64).powf(0.85),
        threads,
    )
}

/// Nested dissection and the symbolic factorization. Fitted to 6, 21, 84, 499 and 2708 ms of
/// processor time for L = 12, 14, 16, 18, 20.
pub fn preparation(workload: &Workload) -> f64 {
    4.2e-7 * (workload.dimension as f64).powf(1.3)
}

/// The factor, the basis and the states, which are in memory twice. 0.11 and 0.86 GB were measured at
/// L = 16 and 18.
pub fn memory(workload: &Workload) -> f64 {
    // One target near an end is enough.
    let largest = basis(workload, workload.near_ends.ceil());
    let vectors = largest + 2.5 * workload.states as f64 + 60.0;
    8.0 * (1.1 * factor_elements(workload) + workload.dimension as f64 * vectors)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::chain::Chain;
    use crate::deck::Boundary;
    use crate::eigen::method::nearness_to_ends;
    use crate::eigen::shift_invert::Factorization;

    fn workload(sites: usize, dimension: u64) -> Workload {
        Workload {
            sites,
            dimension,
            targets: 1,
            states: 100,
            near_ends: 0.0,
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
            (12, 924, 0.0104, None),
            (14, 3_432, 0.0516, None),
            (16, 12_870, 0.35, Some(1.1e8)),
            (18, 48_620, 7.2, Some(8.6e8)),
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

    /// At ε = 0 windows take 0.017, 0.077 and 0.66 s.
    #[test]
    fn measured_seconds_at_an_end_are_predicted() {
        let measured = [(12, 924, 0.017), (14, 3_432, 0.077), (16, 12_870, 0.66)];
        for (sites, dimension, measured) in measured {
            let workload = Workload {
                near_ends: nearness_to_ends(&[0.0]),
                ..workload(sites, dimension)
            };
            let share = seconds(&workload) / measured;
            assert!((0.75..1.25).contains(&share), "L = {sites}: {share}");
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
