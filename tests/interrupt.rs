//! Solvers that are interrupted, and what they remember: nothing.

use std::cell::Cell;
use std::sync::Arc;

use faer::Mat;
use mblscale::chain::{Chain, Hamiltonian};
use mblscale::deck::Boundary;
use mblscale::eigen::{Failure, Interrupt, METHODS, Solver, Window, uninterrupted};

mod oracle;
use oracle::{realization, solver};

const SEED: u64 = 23;

/// All that a window has.
type Bits = (Vec<f64>, Mat<f64>, f64);

fn bits(window: &Window<'_>) -> Bits {
    (
        window.energies.to_vec(),
        window.states.to_owned(),
        window.residual,
    )
}

/// The window of a realization at density ε; its failures are those of both steps.
fn solve(
    solver: &mut dyn Solver,
    hamiltonian: &Hamiltonian,
    (density, count): (f64, usize),
    interrupt: Interrupt<'_>,
) -> Result<Bits, Failure> {
    let bounds = solver.begin(hamiltonian, interrupt)?;
    let window = solver.window(bounds.energy(density), count, interrupt)?;
    Ok(bits(&window))
}

/// Interrupts a solve at some of its questions, from the first to the last, and goes on with another
/// realization.
fn assert_leaves_at_once(
    name: &str,
    hamiltonian: &Hamiltonian,
    next: &Hamiltonian,
    window: (f64, usize),
) {
    let fresh = |hamiltonian: &Hamiltonian, interrupt: Interrupt<'_>| {
        let mut solver = solver(name, hamiltonian.chain());
        solve(&mut *solver, hamiltonian, window, interrupt)
    };
    let asked = Cell::new(0_usize);
    // What it would come to may be another failure: an interrupt is none of that.
    let _ = fresh(hamiltonian, &|| {
        asked.set(asked.get() + 1);
        false
    });
    let questions = asked.get();
    let expected = fresh(next, &uninterrupted);
    let mut used = solver(name, hamiltonian.chain());
    let places = (0..questions).step_by(questions.div_ceil(20));
    for place in places.chain([questions - 1]) {
        asked.set(0);
        // Yes once only: whoever tries again goes on.
        let interrupt = || asked.replace(asked.get() + 1) == place;
        let failed = solve(&mut *used, hamiltonian, window, &interrupt);
        let what = format!("{name}, question {place} of {questions}");
        assert_eq!(failed, Err(Failure::Interrupted), "{what}");
        assert_eq!(asked.get(), place + 1, "{what}");
        let found = solve(&mut *used, next, window, &uninterrupted);
        assert!(found == expected, "{what}: other bits after it");
    }
}

#[test]
fn an_interrupt_is_heeded_and_forgotten() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let (one, another) = (
        realization(&chain, SEED, 4.0, 0),
        realization(&chain, SEED, 4.0, 1),
    );
    for method in METHODS {
        assert_leaves_at_once(method.name, &one, &another, (0.4, 12));
    }
}

/// Equal levels and a target that is one make solvers try again, which an interrupt must not.
#[test]
fn an_interrupt_is_not_tried_again() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let degenerate = Hamiltonian::new(&chain, &[3.0; 10]);
    let next = realization(&chain, SEED, 4.0, 2);
    for method in METHODS {
        assert_leaves_at_once(method.name, &degenerate, &next, (0.45, 12));
    }
    let chain = Arc::new(Chain::new(8, 0.0, Boundary::Open));
    let singular = realization(&chain, SEED, 5.0, 0);
    let next = realization(&chain, SEED, 5.0, 1);
    assert_leaves_at_once("shift-invert", &singular, &next, (0.0, 5));
}

/// The realization that was begun is there still when one of its windows was interrupted.
#[test]
fn the_other_windows_of_a_realization_survive() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let hamiltonian = realization(&chain, SEED, 6.0, 0);
    for method in METHODS {
        let mut solver = solver(method.name, &chain);
        let bounds = solver.begin(&hamiltonian, &uninterrupted).unwrap();
        let energy = bounds.energy(0.6);
        let expected = bits(&solver.window(energy, 12, &uninterrupted).unwrap());
        let asked = Cell::new(0_usize);
        let soon = || asked.replace(asked.get() + 1) >= 30;
        let outcome = solver.window(bounds.energy(0.3), 12, &soon).err();
        // A window that dense has diagonalized takes one question.
        let expects = (method.name != "dense").then_some(Failure::Interrupted);
        assert_eq!(outcome, expects, "{}", method.name);
        let found = bits(&solver.window(energy, 12, &uninterrupted).unwrap());
        assert!(found == expected, "{}", method.name);
    }
}

/// A deck may grow by energy densities: the windows it had keep their bits.
#[test]
fn a_window_does_not_depend_on_the_others_of_its_realization() {
    const WINDOWS: [(f64, usize); 5] = [(0.1, 20), (0.35, 20), (0.5, 20), (0.5, 7), (0.9, 31)];
    for sites in [10, 12] {
        let chain = Arc::new(Chain::new(sites, 1.0, Boundary::Periodic));
        for strength in [1.0, 8.0] {
            let hamiltonian = realization(&chain, SEED, strength, 3);
            for method in METHODS {
                let alone = WINDOWS.map(|window| {
                    let mut solver = solver(method.name, &chain);
                    solve(&mut *solver, &hamiltonian, window, &uninterrupted).unwrap()
                });
                let mut solver = solver(method.name, &chain);
                let bounds = solver.begin(&hamiltonian, &uninterrupted).unwrap();
                for place in [0, 1, 2, 3, 4, 3, 2, 1, 0, 4, 2, 0] {
                    let (density, count) = WINDOWS[place];
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
