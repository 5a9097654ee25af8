//! The polynomial filter against the dense oracle, where it is easy and where it is not.

use std::sync::{Arc, Mutex};

use faer::Par;
use mblscale::chain::{Chain, Hamiltonian, Step};
use mblscale::deck::Boundary;
use mblscale::eigen::{Failure, Solver, uninterrupted};
use mblscale::lanes::{LANES, Lanes};

mod oracle;
use oracle::{Pair, realization, solver};

const SEED: u64 = 5;

/// The number of threads is a setting of the process, so the tests run one after the other.
static THREADS: Mutex<()> = Mutex::new(());

fn sequential() -> std::sync::MutexGuard<'static, ()> {
    let guard = THREADS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    faer::set_global_parallelism(Par::Seq);
    guard
}

#[test]
fn agrees_with_dense_up_to_the_edges_of_the_spectrum() {
    let _turn = sequential();
    for (sites, counts, boundary) in [
        (8, &[1, 10][..], Boundary::Open),
        (10, &[1, 20, 60], Boundary::Periodic),
        (12, &[3, 50], Boundary::Periodic),
    ] {
        let chain = Arc::new(Chain::new(sites, 1.0, boundary));
        let mut pair = Pair::new("filter", &chain);
        for strength in [0.5, 2.0, 6.0, 15.0] {
            let hamiltonian = realization(&chain, SEED, strength, 2);
            pair.begin(&hamiltonian, format!("L = {sites}, h = {strength}"));
            for &count in counts {
                for density in [0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0] {
                    pair.assert_agrees(pair.bounds.energy(density), count);
                }
            }
        }
    }
}

/// Thousands of levels in hundreds of windows, each of which would show a hole.
#[test]
fn misses_no_level() {
    let _turn = sequential();
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let mut pair = Pair::new("filter", &chain);
    for strength in [0.5, 2.0, 6.0, 15.0] {
        for number in 0..5 {
            let hamiltonian = realization(&chain, SEED, strength, number);
            pair.begin(&hamiltonian, format!("h = {strength}, {number}"));
            for step in 1..20 {
                pair.assert_agrees(pair.bounds.energy(f64::from(step) / 20.0), 12);
            }
        }
    }
}

/// Symmetry makes up to eight levels equal, on one side of the target or on both.
#[test]
fn equal_levels_are_found() {
    let _turn = sequential();
    let chain = Arc::new(Chain::new(12, 1.0, Boundary::Periodic));
    let mut pair = Pair::new("filter", &chain);
    pair.begin(&Hamiltonian::new(&chain, &[0.0; 12]), "no field");
    for step in 0..=10 {
        let energy = pair.bounds.energy(f64::from(step) / 10.0);
        for count in [12, 30] {
            pair.assert_agrees(energy, count);
        }
    }
}

/// Free fermions have too many equal levels for a block. The filter finds all of a window or refuses
/// it.
#[test]
fn degenerate_levels_are_found_or_refused() {
    let _turn = sequential();
    let mut answered = 0;
    for (sites, anisotropy) in [(10, 1.0), (10, 0.0), (12, 0.5)] {
        let chain = Arc::new(Chain::anisotropic(
            sites,
            1.0,
            anisotropy,
            Boundary::Periodic,
        ));
        let mut pair = Pair::new("filter", &chain);
        for field in [0.0, 3.0] {
            let hamiltonian = Hamiltonian::new(&chain, &vec![field; sites]);
            pair.begin(
                &hamiltonian,
                format!("Δ = {anisotropy}, a field of {field}"),
            );
            for step in [1, 4, 7, 10, 13, 16, 19] {
                let energy = pair.bounds.energy(f64::from(step) / 20.0);
                answered += usize::from(pair.compare(energy, 20).is_ok());
            }
        }
    }
    assert!(
        answered >= 21,
        "half of the windows at least: {answered} of 42"
    );
}

/// Without exchange, a field on one site leaves two levels, and a field on none or on all leaves
/// one. A block of vectors cannot find their multiplicity.
#[test]
fn more_equal_levels_than_a_block_holds_are_refused() {
    let _turn = sequential();
    let chain = Arc::new(Chain::new(10, 0.0, Boundary::Periodic));
    let mut one_site = [0.0; 10];
    one_site[3] = 0.7;
    for field in [[0.0; 10], [0.7; 10], one_site] {
        let mut filter = solver("filter", &chain);
        let hamiltonian = Hamiltonian::new(&chain, &field);
        let bounds = filter.begin(&hamiltonian, &uninterrupted).unwrap();
        for density in [0.1, 0.5] {
            let failure = filter
                .window(bounds.energy(density), 20, &uninterrupted)
                .err();
            assert!(
                matches!(failure, Some(Failure::Degenerate { .. })),
                "{failure:?}"
            );
        }
    }
}

/// The rows of a product are independent, so that threads do not change its bits.
#[test]
fn a_product_does_not_depend_on_threads() {
    let _turn = sequential();
    // Large enough for the threads to share the rows.
    let chain = Arc::new(Chain::new(16, 1.0, Boundary::Periodic));
    let hamiltonian = realization(&chain, SEED, 4.0, 0);
    let vector = |number: usize| -> Vec<Lanes> {
        (0..hamiltonian.dimension())
            .map(|row| {
                Lanes(
                    std::array::from_fn(|lane| ((row * LANES + lane) * number) as f64)
                        .map(f64::sin),
                )
            })
            .collect()
    };
    let (x, z) = (vector(1), vector(2));
    let step = Step {
        product: 0.3,
        identity: -0.1,
        source: 1.7,
    };
    let product = || {
        let mut y = vector(3);
        hamiltonian.recur(step, 0..x.len(), &x, &z, &mut y);
        y
    };
    let alone = product();
    for threads in [2, 3, 5] {
        faer::set_global_parallelism(Par::rayon(threads));
        assert!(alone == product(), "{threads} threads");
    }
    faer::set_global_parallelism(Par::Seq);
}

/// Every run gives the same bits. With threads the library adds in another order.
#[test]
fn a_window_depends_neither_on_those_before_it_nor_on_threads() {
    let _turn = sequential();
    let chain = Arc::new(Chain::new(14, 1.0, Boundary::Periodic));
    let solve = |filter: &mut dyn Solver, number: u32, count: usize| {
        let bounds = filter
            .begin(&realization(&chain, SEED, 4.0, number), &uninterrupted)
            .unwrap();
        filter
            .window(bounds.energy(0.6), 5, &uninterrupted)
            .unwrap();
        let window = filter
            .window(bounds.energy(0.1), count, &uninterrupted)
            .unwrap();
        (window.energies.to_vec(), window.states.to_owned())
    };
    let fresh = solve(&mut *solver("filter", &chain), 7, 10);
    let mut used = solver("filter", &chain);
    solve(&mut *used, 6, 14);
    assert_eq!(fresh, solve(&mut *used, 7, 10));
    for threads in [2, 3] {
        faer::set_global_parallelism(Par::rayon(threads));
        let (energies, states) = solve(&mut *used, 7, 10);
        for (k, (energy, alone)) in energies.iter().zip(&fresh.0).enumerate() {
            assert!((energy - alone).abs() < 1e-11, "{threads} threads");
            let overlap = states.col(k).transpose() * fresh.1.col(k);
            assert!((overlap.abs() - 1.0).abs() < 1e-11, "{threads} threads");
        }
    }
    faer::set_global_parallelism(Par::Seq);
}
