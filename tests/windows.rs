//! Window by window over whole grids: no solver may miss a level.

use std::sync::Arc;

use mblscale::chain::{Chain, Hamiltonian, random_field};
use mblscale::deck::Boundary;
use mblscale::eigen::{METHODS, Solver, uninterrupted};
use mblscale::plan::{Split, Task};

fn solver(name: &str, chain: &Arc<Chain>) -> Box<dyn Solver> {
    // The tests run side by side: threads within one would only compete.
    faer::set_global_parallelism(faer::Par::Seq);
    let method = METHODS.iter().find(|method| method.name == name).unwrap();
    (method.prepare)(chain)
}

fn realization(chain: &Arc<Chain>, strength: f64, number: u32) -> Hamiltonian {
    let task = Task {
        sites: chain.sector().sites(),
        strength,
        split: Split::Test,
        realization: number,
    };
    Hamiltonian::new(chain, &random_field(17, &task))
}

/// Holds every window of `count` states at ε = 0.05, 0.10 … 0.95 against the oracle's.
fn assert_agrees(
    solver: &mut dyn Solver,
    oracle: &mut dyn Solver,
    hamiltonian: &Hamiltonian,
    count: usize,
) {
    let bounds = oracle.begin(hamiltonian, &uninterrupted).unwrap();
    solver.begin(hamiltonian, &uninterrupted).unwrap();
    for step in 1..20 {
        let energy = bounds.energy(f64::from(step) / 20.0);
        let expected = oracle.window(energy, count, &uninterrupted).unwrap();
        let found = solver
            .window(energy, count, &uninterrupted)
            .unwrap_or_else(|failure| panic!("ε = {step}/20: {failure}"));
        for (found, expected) in found.energies.iter().zip(expected.energies) {
            assert!(
                (found - expected).abs() < 1e-10 * bounds.width(),
                "ε = {step}/20: {found} is not {expected}"
            );
        }
    }
}

/// Every h and ε of the paper's grid.
fn assert_agrees_over_the_grid(name: &str, sites: usize, count: usize) {
    let chain = Arc::new(Chain::new(sites, 1.0, Boundary::Periodic));
    let (mut solver, mut oracle) = (solver(name, &chain), solver("dense", &chain));
    for step in 1..=30 {
        let strength = f64::from(step) / 2.0;
        let hamiltonian = realization(&chain, strength, 0);
        assert_agrees(&mut *solver, &mut *oracle, &hamiltonian, count);
    }
}

#[test]
fn shift_invert_agrees_with_dense_over_the_grid() {
    for (sites, count) in [(8, 17), (10, 60), (12, 100)] {
        assert_agrees_over_the_grid("shift-invert", sites, count);
    }
}

#[test]
fn the_filter_agrees_with_dense_over_the_grid() {
    assert_agrees_over_the_grid("filter", 12, 30);
}

/// 3040 windows of 20 levels, half of them deep in the localized phase, where levels come as close as
/// chance has it.
#[test]
fn no_level_of_thousands_of_windows_is_missed() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let (mut solver, mut oracle) = (solver("shift-invert", &chain), solver("dense", &chain));
    for strength in [0.5, 1.5, 3.0, 5.0, 8.0, 12.0, 20.0, 50.0] {
        for number in 0..20 {
            let hamiltonian = realization(&chain, strength, number);
            assert_agrees(&mut *solver, &mut *oracle, &hamiltonian, 20);
        }
    }
}
