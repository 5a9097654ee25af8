//! Every solver against the dense oracle, and the oracle against cases known by other means.

use std::sync::Arc;

use mblscale::chain::{Chain, Hamiltonian, random_field};
use mblscale::deck::Boundary;
use mblscale::eigen::{METHODS, Method, Solver, Window, uninterrupted};
use mblscale::plan::{Split, Task};

fn realization(chain: &Arc<Chain>, strength: f64, number: u32) -> Hamiltonian {
    // The tests run side by side: threads within one would only compete.
    faer::set_global_parallelism(faer::Par::Seq);
    let task = Task {
        sites: chain.sector().sites(),
        strength,
        split: Split::Test,
        realization: number,
    };
    Hamiltonian::new(chain, &random_field(11, &task))
}

fn method(name: &str) -> &'static Method {
    METHODS.iter().find(|method| method.name == name).unwrap()
}

fn assert_orthonormal(window: &Window, what: &str) {
    let overlaps = window.states.transpose() * window.states;
    let identity = faer::Mat::<f64>::identity(window.energies.len(), window.energies.len());
    let worst = (overlaps - identity).norm_max();
    assert!(worst < 1e-10, "{what}: overlap {worst:e}");
}

#[test]
fn solvers_agree_with_dense_in_every_window() {
    for (sites, count, boundary) in [
        (8, 10, Boundary::Periodic),
        (10, 30, Boundary::Open),
        (12, 100, Boundary::Periodic),
    ] {
        let chain = Arc::new(Chain::new(sites, 1.0, boundary));
        let mut oracle = (method("dense").prepare)(&chain);
        for strength in [0.5, 3.0, 8.0, 15.0] {
            let hamiltonian = realization(&chain, strength, 0);
            let exact = oracle.begin(&hamiltonian, &uninterrupted).unwrap();
            for method in METHODS.iter().filter(|method| method.name != "dense") {
                let mut solver = (method.prepare)(&chain);
                let bounds = solver.begin(&hamiltonian, &uninterrupted).unwrap();
                let scale = exact.width();
                assert!((bounds.lowest - exact.lowest).abs() < 1e-12 * scale);
                assert!((bounds.highest - exact.highest).abs() < 1e-12 * scale);
                for density in [0.05, 0.3, 0.5, 0.75, 0.95] {
                    let what = format!(
                        "{}, L = {sites}, h = {strength}, ε = {density}",
                        method.name
                    );
                    let energy = exact.energy(density);
                    let expected = oracle.window(energy, count, &uninterrupted).unwrap();
                    let found = solver.window(energy, count, &uninterrupted).unwrap();
                    for (found, expected) in found.energies.iter().zip(expected.energies) {
                        assert!(
                            (found - expected).abs() < 1e-10 * scale,
                            "{what}: {found} is not {expected}"
                        );
                    }
                    assert_orthonormal(&found, &what);
                    assert!(found.residual < 1e-9 * scale, "{what}");
                }
            }
        }
    }
}

/// Thousands of levels in hundreds of windows, each of which would show a hole.
#[test]
fn shift_invert_misses_no_level() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let mut oracle = (method("dense").prepare)(&chain);
    let mut solver = (method("shift-invert").prepare)(&chain);
    for strength in [0.5, 2.0, 6.0, 15.0] {
        for number in 0..5 {
            let hamiltonian = realization(&chain, strength, number);
            let bounds = oracle.begin(&hamiltonian, &uninterrupted).unwrap();
            solver.begin(&hamiltonian, &uninterrupted).unwrap();
            for step in 1..20 {
                let energy = bounds.energy(f64::from(step) / 20.0);
                let expected = oracle.window(energy, 20, &uninterrupted).unwrap();
                let found = solver.window(energy, 20, &uninterrupted).unwrap();
                for (found, expected) in found.energies.iter().zip(expected.energies) {
                    assert!(
                        (found - expected).abs() < 1e-10 * bounds.width(),
                        "h = {strength}, realization {number}, ε = {step}/20"
                    );
                }
            }
        }
    }
}

#[test]
fn a_target_may_be_a_level() {
    // Without exchange H is its diagonal: H − σ is exactly singular.
    for coupling in [0.0, 1.0] {
        let chain = Arc::new(Chain::new(10, coupling, Boundary::Periodic));
        let hamiltonian = realization(&chain, 5.0, 3);
        let mut oracle = (method("dense").prepare)(&chain);
        let bounds = oracle.begin(&hamiltonian, &uninterrupted).unwrap();
        let level = oracle.window(0.0, 1, &uninterrupted).unwrap().energies[0];
        let mut solver = (method("shift-invert").prepare)(&chain);
        solver.begin(&hamiltonian, &uninterrupted).unwrap();
        let expected = oracle.window(level, 15, &uninterrupted).unwrap();
        let found = solver.window(level, 15, &uninterrupted).unwrap();
        for (found, expected) in found.energies.iter().zip(expected.energies) {
            assert!((found - expected).abs() < 1e-10 * bounds.width());
        }
        assert_orthonormal(&found, "a target that is a level");
    }
}

/// Levels that symmetry makes equal: all of a window, or a refusal.
#[test]
fn degenerate_levels_are_found_or_refused() {
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let mut answered = 0;
    for field in [0.0, 3.0] {
        let hamiltonian = Hamiltonian::new(&chain, &[field; 10]);
        let mut oracle = (method("dense").prepare)(&chain);
        let mut solver = (method("shift-invert").prepare)(&chain);
        let bounds = oracle.begin(&hamiltonian, &uninterrupted).unwrap();
        solver.begin(&hamiltonian, &uninterrupted).unwrap();
        for step in 1..20 {
            let energy = bounds.energy(f64::from(step) / 20.0);
            let expected = oracle.window(energy, 20, &uninterrupted).unwrap();
            let Ok(found) = solver.window(energy, 20, &uninterrupted) else {
                continue;
            };
            // The oracle breaks a tie of the distances as it likes.
            let distances = |energies: &[f64]| {
                let mut distances: Vec<f64> = energies.iter().map(|e| (e - energy).abs()).collect();
                distances.sort_by(f64::total_cmp);
                distances
            };
            let pairs = distances(found.energies)
                .into_iter()
                .zip(distances(expected.energies));
            for (found, expected) in pairs {
                assert!(
                    (found - expected).abs() < 1e-9 * bounds.width(),
                    "ε = {step}/20"
                );
            }
            assert_orthonormal(&found, "degenerate levels");
            answered += 1;
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
            .begin(&realization(&chain, 4.0, number), &uninterrupted)
            .unwrap();
        let window = solver
            .window(bounds.energy(0.4), 50, &uninterrupted)
            .unwrap();
        (window.energies.to_vec(), window.states.to_owned())
    };
    let prepare = method("shift-invert").prepare;
    let fresh = solve(&mut *prepare(&chain), 7);
    let mut used = prepare(&chain);
    solve(&mut *used, 6);
    let again = solve(&mut *used, 7);
    assert_eq!(fresh.0, again.0);
    assert_eq!(fresh.1, again.1);
}

/// Without exchange the basis states are the eigenstates; J = 0 leaves Σ h_i s_i.
#[test]
fn without_coupling_the_levels_are_sums_of_fields() {
    let chain = Arc::new(Chain::new(8, 0.0, Boundary::Periodic));
    let hamiltonian = realization(&chain, 5.0, 1);
    let mut levels = hamiltonian.diagonal().to_vec();
    levels.sort_by(f64::total_cmp);
    let mut solver = (method("dense").prepare)(&chain);
    solver.begin(&hamiltonian, &uninterrupted).unwrap();
    let window = solver.window(0.0, 70, &uninterrupted).unwrap();
    for (found, expected) in window.energies.iter().zip(&levels) {
        assert!((found - expected).abs() < 1e-12);
    }
}

/// Four sites, no field: H = 2 (S² − S₁₃² − S₂₄²) in units where S is built of σ/2, so the Sz = 0
/// sector has −8 (singlet of two triplets), −4 (triplet), 0 twice (singlet, ... of mixed pairs),
/// 0 and 4 (quintet).
#[test]
fn four_sites_without_a_field_by_hand() {
    let chain = Arc::new(Chain::new(4, 1.0, Boundary::Periodic));
    let hamiltonian = Hamiltonian::new(&chain, &[0.0; 4]);
    let mut solver = (method("dense").prepare)(&chain);
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
        let hamiltonian = realization(&chain, strength, number as u32);
        let mut solver = (method("dense").prepare)(&chain);
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
