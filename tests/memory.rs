//! A campaign runs for days, so that solvers and indicators must not leak memory.

use std::sync::Arc;

use mblscale::chain::Chain;
use mblscale::deck::Boundary;
use mblscale::eigen::{METHODS, uninterrupted};
use mblscale::indicators;

mod oracle;
use oracle::{realization, solver};

/// Bytes of this process in memory.
fn resident() -> u64 {
    let process = sysinfo::get_current_pid().unwrap();
    let mut system = sysinfo::System::new().unwrap();
    system.refresh_processes(sysinfo::ProcessesToUpdate::Some(&[process]), true);
    system.process(process).unwrap().memory()
}

#[test]
fn ten_thousand_realizations_leak_no_memory() {
    let chain = Arc::new(Chain::new(8, 1.0, Boundary::Periodic));
    for method in METHODS {
        let mut solver = solver(method.name, &chain);
        let mut indicators: Vec<_> = (indicators::ALL.iter())
            .map(|known| (known.prepare)(chain.sector()))
            .collect();
        let mut settled = 0;
        for number in 0..10_000 {
            let hamiltonian = realization(&chain, 3, 6.0, number);
            let bounds = solver.begin(&hamiltonian, &uninterrupted).unwrap();
            let window = solver
                .window(bounds.energy(0.5), 8, &uninterrupted)
                .unwrap();
            for indicator in &mut indicators {
                indicator.evaluate(&window);
            }
            if number == 1000 {
                settled = resident();
            }
        }
        let grown = resident().saturating_sub(settled);
        // A leak of one eigenvector per realization would be 5 MB.
        assert!(grown < 2 << 20, "{}: {grown} bytes", method.name);
    }
}
