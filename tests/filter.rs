//! The polynomial filter against the dense oracle, where it is easy and where it is not.

use std::sync::{Arc, Mutex};

use faer::Par;
use mblscale::chain::{Chain, Hamiltonian, random_field};
use mblscale::deck::Boundary;
use mblscale::eigen::{METHODS, Solver};
use mblscale::plan::{Split, Task};

/// The number of threads is one for the whole process: tests take turns.
static THREADS: Mutex<()> = Mutex::new(());

fn realization(chain: &Arc<Chain>, strength: f64, number: u32) -> Hamiltonian {
    let task = Task {
        sites: chain.sector().sites(),
        strength,
        split: Split::Test,
        realization: number,
    };
    Hamiltonian::new(chain, &random_field(5, &task))
}

fn solver(name: &str, chain: &Arc<Chain>) -> Box<dyn Solver> {
    let method = METHODS.iter().find(|method| method.name == name).unwrap();
    (method.prepare)(chain)
}

fn sequential() -> std::sync::MutexGuard<'static, ()> {
    let guard = THREADS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    faer::set_global_parallelism(Par::Seq);
    guard
}

/// Distances from the target, ascending: the oracle breaks a tie as it likes.
fn distances(energies: &[f64], target: f64) -> Vec<f64> {
    let mut distances: Vec<f64> = energies.iter().map(|e| (e - target).abs()).collect();
    distances.sort_by(f64::total_cmp);
    distances
}

/// Whether the filter answers; an answer must be the oracle's.
fn agrees(
    hamiltonian: &Hamiltonian,
    filter: &mut dyn Solver,
    oracle: &mut dyn Solver,
    density: f64,
    count: usize,
) -> bool {
    let what = format!(
        "N = {}, {count} levels, ε = {density}",
        hamiltonian.dimension()
    );
    let bounds = oracle.begin(hamiltonian).unwrap();
    filter.begin(hamiltonian).unwrap();
    let energy = bounds.energy(density);
    let expected = oracle.window(energy, count).unwrap();
    let Ok(found) = filter.window(energy, count) else {
        return false;
    };
    let pairs = distances(found.energies, energy)
        .into_iter()
        .zip(distances(expected.energies, energy));
    for (found, expected) in pairs {
        assert!(
            (found - expected).abs() < 1e-10 * bounds.width().max(1e-3),
            "{what}: {found} is not {expected}"
        );
    }
    assert!(found.energies.is_sorted());
    let overlaps = found.states.transpose() * found.states;
    let identity = faer::Mat::<f64>::identity(count, count);
    assert!(
        (overlaps - identity).norm_max() < 1e-10,
        "{what}: not orthonormal"
    );
    true
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
        let (mut filter, mut oracle) = (solver("filter", &chain), solver("dense", &chain));
        for strength in [0.5, 2.0, 6.0, 15.0] {
            let hamiltonian = realization(&chain, strength, 2);
            for &count in counts {
                for density in [0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0] {
                    assert!(
                        agrees(&hamiltonian, &mut *filter, &mut *oracle, density, count),
                        "L = {sites}, h = {strength}, {count} levels, ε = {density} not found"
                    );
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
    let (mut filter, mut oracle) = (solver("filter", &chain), solver("dense", &chain));
    for strength in [0.5, 2.0, 6.0, 15.0] {
        for number in 0..5 {
            let hamiltonian = realization(&chain, strength, number);
            for step in 1..20 {
                let density = f64::from(step) / 20.0;
                assert!(
                    agrees(&hamiltonian, &mut *filter, &mut *oracle, density, 12),
                    "h = {strength}, realization {number}, ε = {density} not found"
                );
            }
        }
    }
}

/// Levels that symmetry makes equal, on one side of the target or on both: all of a window, or a
/// refusal.
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
        let (mut filter, mut oracle) = (solver("filter", &chain), solver("dense", &chain));
        for field in [0.0, 3.0] {
            let hamiltonian = Hamiltonian::new(&chain, &vec![field; sites]);
            for step in [1, 4, 7, 10, 13, 16, 19] {
                let density = f64::from(step) / 20.0;
                answered += usize::from(agrees(
                    &hamiltonian,
                    &mut *filter,
                    &mut *oracle,
                    density,
                    20,
                ));
            }
        }
    }
    println!("{answered} of 42");
    assert!(
        answered >= 21,
        "half of the windows at least: {answered} of 42"
    );
}

/// Without exchange and field all levels are one: a block of vectors cannot tell how many.
#[test]
fn a_spectrum_of_one_level_is_refused() {
    let _turn = sequential();
    let chain = Arc::new(Chain::new(10, 0.0, Boundary::Periodic));
    for field in [0.0, 0.7] {
        let mut filter = solver("filter", &chain);
        let bounds = filter
            .begin(&Hamiltonian::new(&chain, &[field; 10]))
            .unwrap();
        assert!(filter.window(bounds.energy(0.5), 20).is_err());
    }
}

#[test]
fn bits_depend_neither_on_threads_nor_on_what_came_before() {
    let _turn = sequential();
    // Large enough for the threads to share the rows of a product.
    let chain = Arc::new(Chain::new(16, 1.0, Boundary::Periodic));
    let solve = |filter: &mut dyn Solver, number: u32, count: usize| {
        let bounds = filter.begin(&realization(&chain, 4.0, number)).unwrap();
        // Near an edge few products suffice.
        let window = filter.window(bounds.energy(0.03), count).unwrap();
        (window.energies.to_vec(), window.states.to_owned())
    };
    let fresh = solve(&mut *solver("filter", &chain), 7, 10);
    let mut used = solver("filter", &chain);
    solve(&mut *used, 6, 14);
    assert_eq!(fresh, solve(&mut *used, 7, 10));
    for threads in [2, 3] {
        faer::set_global_parallelism(Par::rayon(threads));
        assert_eq!(fresh, solve(&mut *used, 7, 10), "{threads} threads");
    }
    faer::set_global_parallelism(Par::Seq);
}
