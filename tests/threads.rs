//! Windows and their indicators have the same bits for any number of threads.

use std::sync::Arc;

use faer::{Mat, Par};
use mblscale::chain::{Chain, Hamiltonian};
use mblscale::deck::Boundary;
use mblscale::eigen::uninterrupted;
use mblscale::indicators::ALL;

mod oracle;
use oracle::{prepared, realization};

/// The energies, states, residuals, bounds and indicators of windows.
type Bits = Vec<(Vec<f64>, Mat<f64>, f64, f64, Vec<f64>)>;

/// Enough states for several tasks of each kind.
const STATES: usize = 70;

fn windows(name: &str, hamiltonian: &Hamiltonian, threads: Par) -> Bits {
    faer::set_global_parallelism(threads);
    let mut solver = prepared(name, hamiltonian.chain());
    let bounds = solver.begin(hamiltonian, &uninterrupted).unwrap();
    let window = |density| {
        let window = solver.window(bounds.energy(density), STATES, &uninterrupted);
        let window = window.unwrap();
        let sector = hamiltonian.chain().sector();
        let values = ALL.iter().map(|it| (it.prepare)(sector).evaluate(&window));
        let energies = window.energies.to_vec();
        (
            energies,
            window.states.to_owned(),
            window.residual,
            window.missed,
            values.collect(),
        )
    };
    [0.1, 0.5].map(window).to_vec()
}

#[test]
fn windows_have_the_same_bits_for_any_number_of_threads() {
    for (name, sites) in [
        ("shift-invert", 16),
        ("filter", 14),
        ("dense", 10),
        ("dense", 12),
    ] {
        let chain = Arc::new(Chain::new(sites, 1.0, Boundary::Periodic));
        let hamiltonian = realization(&chain, 5, 4.0, 0);
        let alone = windows(name, &hamiltonian, Par::Seq);
        for threads in [2, 3] {
            let shared = windows(name, &hamiltonian, Par::rayon(threads));
            assert!(shared == alone, "{name}, L = {sites}, {threads} threads");
        }
    }
}
