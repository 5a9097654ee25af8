//! Every solver against the dense oracle, and the oracle against cases known by other means.

use std::sync::Arc;

use mblscale::chain::{Chain, Hamiltonian};
use mblscale::comm::alone;
use mblscale::deck::{Boundary, Certificate};
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
    // Without exchange H is diagonal, so that H − σ is exactly singular.
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

/// Symmetry makes up to eight levels equal, and windows cut such levels. The edges of the spectrum are
/// targets too.
#[test]
fn equal_levels_are_found() {
    for (sites, anisotropy, boundary) in [
        (8, 1.0, Boundary::Periodic),
        (10, 1.0, Boundary::Periodic),
        (10, 0.5, Boundary::Periodic),
        (10, 1.0, Boundary::Open),
    ] {
        let chain = Arc::new(Chain::anisotropic(sites, 1.0, anisotropy, boundary));
        let mut pair = Pair::new("shift-invert", &chain);
        for field in [0.0, 3.0] {
            let hamiltonian = Hamiltonian::new(&chain, &vec![field; sites]);
            pair.begin(&hamiltonian, format!("L = {sites}, a field of {field}"));
            for step in 0..=20 {
                let energy = pair.bounds.energy(f64::from(step) / 20.0);
                for count in [5, 12, 16] {
                    pair.assert_agrees(energy, count);
                }
            }
        }
    }
}

/// Weak fields leave levels that are equal within rounding, nearly equal, or merely close.
#[test]
fn weak_fields_are_solved() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let mut pair = Pair::new("shift-invert", &chain);
    for strength in [1e-300, 1e-14, 1e-12, 1e-8, 1e-6, 1e-3] {
        pair.begin(
            &realization(&chain, SEED, strength, 0),
            format!("h = {strength}"),
        );
        for density in [0.0, 0.3, 0.5, 0.85, 1.0] {
            pair.assert_agrees(pair.bounds.energy(density), 20);
        }
    }
}

/// Of two levels as near, the lower one is taken, by every solver. Rounding errors would decide
/// differently from case to case.
#[test]
fn a_tie_goes_to_the_lower_level() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let hamiltonian = realization(&chain, SEED, 4.0, 2);
    let mut oracle = solver("dense", &chain);
    oracle.begin(&hamiltonian, &uninterrupted).unwrap();
    let all = oracle.window(0.0, 252, &uninterrupted).unwrap();
    let levels = all.energies.to_vec();
    for method in METHODS {
        let mut solver = (method.prepare)(&chain, &alone(), Certificate::Run);
        solver.begin(&hamiltonian, &uninterrupted).unwrap();
        for start in (0..230).step_by(10) {
            for count in [6, 7] {
                let target = f64::midpoint(levels[start], levels[start + count]);
                let window = solver.window(target, count, &uninterrupted).unwrap();
                let lowest = window.energies[0];
                assert!(
                    (lowest - levels[start]).abs() < 1e-10,
                    "{}: {lowest} is not {}",
                    method.name,
                    levels[start]
                );
            }
        }
    }
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

/// Without exchange the basis states are the eigenstates, and their levels are Σ h_i s_i.
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

/// Without Δ and field the ring has free fermions of the energies 4 cos k. Five of them have the
/// momenta k = 2πn/10. Levels have up to twenty copies.
#[test]
fn free_fermions_have_their_levels() {
    let modes: Vec<f64> = (0..10)
        .map(|n| 4.0 * (std::f64::consts::TAU * f64::from(n) / 10.0).cos())
        .collect();
    let mut levels: Vec<f64> = (0_u32..1 << 10)
        .filter(|occupied| occupied.count_ones() == 5)
        .map(|occupied| {
            let energies = modes.iter().enumerate();
            let filled = energies.filter(|(mode, _)| occupied >> mode & 1 == 1);
            filled.map(|(_, energy)| energy).sum()
        })
        .collect();
    levels.sort_by(f64::total_cmp);
    let chain = Arc::new(Chain::anisotropic(10, 1.0, 0.0, Boundary::Periodic));
    let hamiltonian = Hamiltonian::new(&chain, &[0.0; 10]);
    let mut solver = solver("dense", &chain);
    solver.begin(&hamiltonian, &uninterrupted).unwrap();
    let window = solver.window(0.0, 252, &uninterrupted).unwrap();
    for (found, expected) in window.energies.iter().zip(&levels) {
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} is not {expected}"
        );
    }
}

/// The levels of [`four_sites_without_a_field_by_hand`]: three are equal, the others are not.
#[test]
fn windows_know_whether_their_states_are_unique() {
    let chain = Arc::new(Chain::new(4, 1.0, Boundary::Periodic));
    let hamiltonian = Hamiltonian::new(&chain, &[0.0; 4]);
    for (name, count, cases) in [
        (
            "dense",
            1,
            &[(-8.0, true), (-4.0, true), (0.1, false), (4.0, true)][..],
        ),
        (
            "shift-invert",
            1,
            &[(-8.0, true), (-4.0, true), (0.1, false), (4.0, true)],
        ),
        ("dense", 2, &[(-6.0, true), (-2.5, false), (3.0, false)]),
    ] {
        let mut solver = solver(name, &chain);
        solver.begin(&hamiltonian, &uninterrupted).unwrap();
        for &(energy, unique) in cases {
            let window = solver.window(energy, count, &uninterrupted).unwrap();
            assert_eq!(window.has_unique_states(), unique, "{name}, {energy}");
        }
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
