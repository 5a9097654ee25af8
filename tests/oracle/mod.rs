//! What the tests of the solvers share: realizations, and solvers by name.

use std::sync::Arc;

use mblscale::chain::{Chain, Hamiltonian, random_field};
use mblscale::eigen::{METHODS, Solver};
use mblscale::plan::{Split, Task};

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

/// The solver of this name; without threads of its own, since the tests run side by side.
pub fn solver(name: &str, chain: &Arc<Chain>) -> Box<dyn Solver> {
    faer::set_global_parallelism(faer::Par::Seq);
    let method = METHODS.iter().find(|method| method.name == name);
    (method.expect("a method").prepare)(chain)
}
