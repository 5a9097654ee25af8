//! Every solver against the dense oracle, and the oracle against cases known by other means.

use std::sync::Arc;

use mblscale::chain::{Chain, Hamiltonian};
use mblscale::deck::Boundary;
use mblscale::eigen::{METHODS, Solver, uninterrupted};

mod oracle;
use oracle::{Pair, realization, solver};

const SEED: u64 = 11;

#[test]
fn solvers_agree_with_dense_in_every_window() {
    for (sites, count, boundary) in [
        (8, 10, Boundary::Periodic),
        (10, 30, Boundary::Open),
        (12, 100, Boundary::Periodic),
    ] {
        let chain = Arc::new(Chain::new(sites, 1.0, boundary));
        for method in METHODS.iter().filter(|method| method.name != "dense") {
            let mut pair = Pair::new(method.name, &chain);
            for strength in [0.5, 3.0, 8.0, 15.0] {
                let hamiltonian = realization(&chain, SEED, strength, 0);
                pair.begin(&hamiltonian, format!("L = {sites}, h = {strength}"));
                for density in [0.05, 0.3, 0.5, 0.75, 0.95] {
                    pair.assert_agrees(pair.bounds.energy(density), count);
                }
            }
        }
    }
}

/// Thousands of levels in hundreds of windows, each of which would show a hole.
#[test]
fn shift_invert_misses_no_level() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let mut pair = Pair::new("shift-invert", &chain);
    for strength in [0.5, 2.0, 6.0, 15.0] {
        for number in 0..5 {
            let hamiltonian = realization(&chain, SEED, strength, number);
            pair.begin(&hamiltonian, format!("h = {strength}, {number}"));
            for step in 1..20 {
                pair.assert_agrees(pair.bounds.energy(f64::from(step) / 20.0), 20);
            }
        }
    }
}

#[test]
fn a_target_may_be_a_level() {
    // Without exchange H is its diagonal: H − σ is exactly singular.
    for coupling in [0.0, 1.0] {
        let chain = Arc::new(Chain::new(10, coupling, Boundary::Periodic));
        let mut pair = Pair::new("shift-invert", &chain);
        let hamiltonian = realization(&chain, SEED, 5.0, 3);
        pair.begin(&hamiltonian, format!("J = {coupling}"));
        let nearest = pair.oracle.window(0.0, 1, &uninterrupted).unwrap();
        let level = nearest.energies[0];
        pair.assert_agrees(level, 15);
    }
}

/// Levels that symmetry makes equal: all of a window, or a refusal.
#[test]
fn degenerate_levels_are_found_or_refused() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let mut pair = Pair::new("shift-invert", &chain);
    let mut answered = 0;
    for field in [0.0, 3.0] {
        let hamiltonian = Hamiltonian::new(&chain, &[field; 10]);
        pair.begin(&hamiltonian, format!("a field of {field}"));
        for step in 1..20 {
            let energy = pair.bounds.energy(f64::from(step) / 20.0);
            answered += usize::from(pair.compare(energy, 20).is_ok());
        }
    }
    assert!(
        answered >= 19,
        "half of the windows at least: {answered} of 38"
    );
}

/// What was solved before leaves no trace in the bits.
#[test]
fn a_window_does_not_depend_on_those_before_it() {
    let chain = Arc::new(Chain::new(12, 1.0, Boundary::Periodic));
    let solve = |solver: &mut dyn Solver, number: u32| {
        let bounds = solver
            .begin(&realization(&chain, SEED, 4.0, number), &uninterrupted)
            .unwrap();
        let window = solver
            .window(bounds.energy(0.4), 50, &uninterrupted)
            .unwrap();
        (window.energies.to_vec(), window.states.to_owned())
    };
    let fresh = solve(&mut *solver("shift-invert", &chain), 7);
    let mut used = solver("shift-invert", &chain);
    solve(&mut *used, 6);
    let again = solve(&mut *used, 7);
    assert_eq!(fresh.0, again.0);
    assert_eq!(fresh.1, again.1);
}

/// Without exchange the basis states are the eigenstates; J = 0 leaves Σ h_i s_i.
#[test]
fn without_coupling_the_levels_are_sums_of_fields() {
    let chain = Arc::new(Chain::new(8, 0.0, Boundary::Periodic));
    let hamiltonian = realization(&chain, SEED, 5.0, 1);
    let mut levels = hamiltonian.diagonal().to_vec();
    levels.sort_by(f64::total_cmp);
    let mut solver = solver("dense", &chain);
    solver.begin(&hamiltonian, &uninterrupted).unwrap();
    let window = solver.window(0.0, 70, &uninterrupted).unwrap();
    for (found, expected) in window.energies.iter().zip(&levels) {
        assert!((found - expected).abs() < 1e-12);
    }
}

/// Four sites, no field: H = 2 (S² − S₁₃² − S₂₄²), where S is the total of σ/2, and S₁₃ and S₂₄ are
/// those of opposite sites. The Sz = 0 sector has one state of each multiplet. Two triplets make a
/// singlet at −8, a triplet at −4 and a quintet at 4. A triplet and a singlet make a triplet at 0,
/// in two ways, and two singlets a singlet at 0.
#[test]
fn four_sites_without_a_field_by_hand() {
    let chain = Arc::new(Chain::new(4, 1.0, Boundary::Periodic));
    let hamiltonian = Hamiltonian::new(&chain, &[0.0; 4]);
    let mut solver = solver("dense", &chain);
    solver.begin(&hamiltonian, &uninterrupted).unwrap();
    let window = solver.window(0.0, 6, &uninterrupted).unwrap();
    for (found, expected) in window.energies.iter().zip([-8.0, -4.0, 0.0, 0.0, 0.0, 4.0]) {
        assert!((found - expected).abs() < 1e-13, "{:?}", window.energies);
    }
}

/// Σ E = Tr H and Σ E² = Tr H².
#[test]
fn the_spectrum_has_the_traces_of_the_matrix() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    for (number, strength) in [0.5, 4.0, 15.0].into_iter().enumerate() {
        let hamiltonian = realization(&chain, SEED, strength, number as u32);
        let mut solver = solver("dense", &chain);
        solver.begin(&hamiltonian, &uninterrupted).unwrap();
        let window = solver
            .window(0.0, hamiltonian.dimension(), &uninterrupted)
            .unwrap();
        let (sum, squares) = window
            .energies
            .iter()
            .fold((0.0, 0.0), |(sum, squares), e| (sum + e, squares + e * e));
        let trace: f64 = hamiltonian.diagonal().iter().sum();
        let exchange = chain.exchange().powi(2) * chain.exchanges() as f64;
        let trace_of_square: f64 =
            hamiltonian.diagonal().iter().map(|d| d * d).sum::<f64>() + exchange;
        assert!((sum - trace).abs() < 1e-10 * squares.sqrt() * 16.0);
        assert!((squares - trace_of_square).abs() < 1e-11 * squares);
    }
}
