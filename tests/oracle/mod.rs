//! What the tests of the solvers share: realizations, solvers by name, and the dense oracle.
#![allow(dead_code, reason = "every test takes what it needs")]

use std::sync::Arc;

use faer::Mat;
use mblscale::chain::{Chain, Hamiltonian, Task, random_field};
use mblscale::comm::alone;
use mblscale::deck::{Certificate, Split};
use mblscale::eigen::{Bounds, Failure, METHODS, Solver, uninterrupted};

/// A realization of `chain` with fields of this strength.
pub fn realization(chain: &Arc<Chain>, seed: u64, strength: f64, number: u32) -> Hamiltonian {
    let task = Task {
        sites: chain.sector().sites(),
        strength,
        split: Split::Test,
        realization: number,
    };
    Hamiltonian::new(chain, &random_field(seed, &task))
}

/// The solver of this name. It has no threads of its own, since the tests run side by side.
pub fn solver(name: &str, chain: &Arc<Chain>) -> Box<dyn Solver> {
    faer::set_global_parallelism(faer::Par::Seq);
    prepared(name, chain)
}

/// The same with the threads that are set.
pub fn prepared(name: &str, chain: &Arc<Chain>) -> Box<dyn Solver> {
    let method = METHODS.iter().find(|method| method.name == name);
    (method.expect("a method").prepare)(chain, &alone(), Certificate::Run)
}

/// A solver and the oracle for the same realization.
pub struct Pair {
    name: String,
    solver: Box<dyn Solver>,
    /// The dense solver.
    pub oracle: Box<dyn Solver>,
    /// The extreme energies of the realization begun last, by the oracle.
    pub bounds: Bounds,
    realization: String,
}

impl Pair {
    /// Both, prepared for a chain.
    pub fn new(name: &str, chain: &Arc<Chain>) -> Self {
        Self {
            name: name.to_owned(),
            solver: solver(name, chain),
            oracle: solver("dense", chain),
            bounds: Bounds {
                lowest: f64::NAN,
                highest: f64::NAN,
            },
            realization: String::new(),
        }
    }

    /// Begins a realization, which messages call `realization`. Both must find the same extreme
    /// energies.
    pub fn begin(&mut self, hamiltonian: &Hamiltonian, realization: impl Into<String>) {
        self.realization = realization.into();
        self.bounds = self.oracle.begin(hamiltonian, &uninterrupted).unwrap();
        let found = self.solver.begin(hamiltonian, &uninterrupted).unwrap();
        let Bounds { lowest, highest } = self.bounds;
        let error = (found.lowest - lowest)
            .abs()
            .max((found.highest - highest).abs());
        assert!(
            error <= 1e-12 * self.bounds.width(),
            "{}, {}: {found:?} is not {:?}",
            self.name,
            self.realization,
            self.bounds
        );
    }

    /// Compares the window of the `count` levels nearest `energy` with the oracle's. Returns a
    /// failure of the solver, and panics at any difference.
    pub fn compare(&mut self, energy: f64, count: usize) -> Result<(), Failure> {
        let what = self.describe(energy, count);
        let width = self.bounds.width();
        let expected = self.oracle.window(energy, count, &uninterrupted).unwrap();
        let found = self.solver.window(energy, count, &uninterrupted)?;
        assert_eq!(found.energies.len(), count, "{what}");
        for (found, expected) in found.energies.iter().zip(expected.energies) {
            assert!(
                (found - expected).abs() < 1e-10 * width,
                "{what}: {found} is not {expected}"
            );
        }
        assert_eq!(
            found.has_unique_states(),
            expected.has_unique_states(),
            "{what}"
        );
        assert!(found.energies.is_sorted(), "{what}");
        assert!(found.residual < 1e-9 * width, "{what}");
        let overlaps = found.states.transpose() * found.states;
        let worst = (overlaps - Mat::<f64>::identity(count, count)).norm_max();
        assert!(worst < 1e-10, "{what}: overlap {worst:e}");
        Ok(())
    }

    /// As [`Self::compare`], for windows that the solver must find.
    pub fn assert_agrees(&mut self, energy: f64, count: usize) {
        if let Err(failure) = self.compare(energy, count) {
            panic!("{}: {failure}", self.describe(energy, count));
        }
    }

    fn describe(&self, energy: f64, count: usize) -> String {
        let density = (energy - self.bounds.lowest) / self.bounds.width();
        format!(
            "{}, {}, {count} levels about ε = {density:.4}",
            self.name, self.realization
        )
    }
}
