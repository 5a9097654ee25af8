//! Solvers that are interrupted return at once, and keep nothing of it.

use std::cell::Cell;
use std::sync::Arc;

use faer::Mat;
use mblscale::chain::{Chain, Hamiltonian};
use mblscale::deck::Boundary;
use mblscale::eigen::{Failure, Interrupt, METHODS, Solver, Window, uninterrupted};

mod oracle;
use oracle::{realization, solver};

const SEED: u64 = 23;

/// The energies, states and residual of a window.
type Bits = (Vec<f64>, Mat<f64>, f64);

fn bits(window: &Window<'_>) -> Bits {
    (
        window.energies.to_vec(),
        window.states.to_owned(),
        window.residual,
    )
}

/// A window to solve for.
#[derive(Clone, Copy)]
struct Target {
    density: f64,
    count: usize,
}

const fn target(density: f64, count: usize) -> Target {
    Target { density, count }
}

/// Begins a realization and finds one of its windows.
fn solve(
    solver: &mut dyn Solver,
    hamiltonian: &Hamiltonian,
    target: Target,
    interrupt: Interrupt<'_>,
) -> Result<Bits, Failure> {
    let bounds = solver.begin(hamiltonian, interrupt)?;
    let window = solver.window(bounds.energy(target.density), target.count, interrupt)?;
    Ok(bits(&window))
}

/// Interrupts a solve at some of its checks, from the first to the last, and then solves another
/// realization.
fn assert_returns_at_once(
    name: &str,
    hamiltonian: &Hamiltonian,
    next: &Hamiltonian,
    target: Target,
) {
    let fresh = |hamiltonian: &Hamiltonian, interrupt: Interrupt<'_>| {
        let mut solver = solver(name, hamiltonian.chain());
        solve(&mut *solver, hamiltonian, target, interrupt)
    };
    let checked = Cell::new(0_usize);
    // The solve may fail for another reason. Only its checks are counted.
    let _ = fresh(hamiltonian, &|| {
        checked.set(checked.get() + 1);
        false
    });
    let checks = checked.get();
    let expected = fresh(next, &uninterrupted);
    let mut used = solver(name, hamiltonian.chain());
    let places = (0..checks).step_by(checks.div_ceil(20));
    for place in places.chain([checks - 1]) {
        checked.set(0);
        // True once only, so that another attempt would not be interrupted.
        let interrupt = || checked.replace(checked.get() + 1) == place;
        let failed = solve(&mut *used, hamiltonian, target, &interrupt);
        let what = format!("{name}, check {place} of {checks}");
        assert_eq!(failed, Err(Failure::Interrupted), "{what}");
        assert_eq!(checked.get(), place + 1, "{what}");
        let found = solve(&mut *used, next, target, &uninterrupted);
        assert!(found == expected, "{what}: other bits after it");
    }
}

#[test]
fn an_interrupt_ends_a_solve_and_leaves_no_trace() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let (one, another) = (
        realization(&chain, SEED, 4.0, 0),
        realization(&chain, SEED, 4.0, 1),
    );
    for method in METHODS {
        assert_returns_at_once(method.name, &one, &another, target(0.4, 12));
    }
}

/// Equal levels, and a target that is a level, make solvers try again. An interrupt must not.
#[test]
fn an_interrupt_is_not_tried_again() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let degenerate = Hamiltonian::new(&chain, &[3.0; 10]);
    let next = realization(&chain, SEED, 4.0, 2);
    for method in METHODS {
        assert_returns_at_once(method.name, &degenerate, &next, target(0.45, 12));
    }
    let chain = Arc::new(Chain::new(8, 0.0, Boundary::Open));
    let singular = realization(&chain, SEED, 5.0, 0);
    let next = realization(&chain, SEED, 5.0, 1);
    assert_returns_at_once("shift-invert", &singular, &next, target(0.0, 5));
}

/// An interrupted window leaves its realization and the other windows as they were.
#[test]
fn the_other_windows_of_a_realization_survive() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let hamiltonian = realization(&chain, SEED, 6.0, 0);
    for method in METHODS {
        let mut solver = solver(method.name, &chain);
        let bounds = solver.begin(&hamiltonian, &uninterrupted).unwrap();
        let energy = bounds.energy(0.6);
        let expected = bits(&solver.window(energy, 12, &uninterrupted).unwrap());
        let checked = Cell::new(0_usize);
        let soon = || checked.replace(checked.get() + 1) >= 3;
        let outcome = solver.window(bounds.energy(0.3), 12, &soon).err();
        // A window of the dense solver takes one check.
        let expects = (method.name != "dense").then_some(Failure::Interrupted);
        assert_eq!(outcome, expects, "{}", method.name);
        let found = bits(&solver.window(energy, 12, &uninterrupted).unwrap());
        assert!(found == expected, "{}", method.name);
    }
}

/// A deck may grow by energy densities, and the windows that it had keep their bits.
#[test]
fn a_window_does_not_depend_on_the_others_of_its_realization() {
    const TARGETS: [Target; 5] = [
        target(0.1, 20),
        target(0.35, 20),
        target(0.5, 20),
        target(0.5, 7),
        target(0.9, 31),
    ];
    for sites in [10, 12] {
        let chain = Arc::new(Chain::new(sites, 1.0, Boundary::Periodic));
        for strength in [1.0, 8.0] {
            let hamiltonian = realization(&chain, SEED, strength, 3);
            for method in METHODS {
                let alone = TARGETS.map(|target| {
                    let mut solver = solver(method.name, &chain);
                    solve(&mut *solver, &hamiltonian, target, &uninterrupted).unwrap()
                });
                let mut solver = solver(method.name, &chain);
                let bounds = solver.begin(&hamiltonian, &uninterrupted).unwrap();
                for place in [0, 1, 2, 3, 4, 3, 2, 1, 0, 4, 2, 0] {
                    let Target { density, count } = TARGETS[place];
                    let window = solver.window(bounds.energy(density), count, &uninterrupted);
                    assert!(
                        bits(&window.unwrap()) == alone[place],
                        "{}, L = {sites}, h = {strength}, window {place}",
                        method.name
                    );
                }
            }
        }
    }
}
