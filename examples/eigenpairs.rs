//! Eigenpairs nearest the middle of the spectrum, for a field of one's own.
//!
//! Run it with `cargo run --release --example eigenpairs`.

use std::error::Error;
use std::sync::Arc;

use mblscale::chain::{Chain, Hamiltonian};
use mblscale::comm::alone;
use mblscale::deck::{Boundary, Certificate};
use mblscale::eigen::{METHODS, uninterrupted};

fn main() -> Result<(), Box<dyn Error>> {
    // The library's own threads gain nothing on a chain this short.
    mblscale::threads::set_threads(1);

    // A linear potential with a kink: any twelve numbers are a field of a chain of twelve sites.
    let field: Vec<f64> = (0..12_i32)
        .map(|site| 0.8 * f64::from(site) - 0.1 * f64::from(site * site))
        .collect();
    let chain = Arc::new(Chain::new(field.len(), 1.0, Boundary::Open));
    let hamiltonian = Hamiltonian::new(&chain, &field);

    // A solver is prepared once for a chain and then serves any number of fields.
    let method = METHODS
        .iter()
        .find(|method| method.name == "shift-invert")
        .ok_or("this program has no shift-invert")?;
    let mut solver = (method.prepare)(&chain, &alone(), Certificate::Run);
    let bounds = solver.begin(&hamiltonian, &uninterrupted)?;
    let window = solver.window(bounds.energy(0.5), 10, &uninterrupted)?;

    println!(
        "spectrum from {:.6} to {:.6}",
        bounds.lowest, bounds.highest
    );
    println!("largest residual {:.1e}", window.residual);
    println!("  energy      largest component");
    for (energy, state) in window.energies.iter().zip(window.states.col_iter()) {
        let largest = state.iter().fold(0.0_f64, |most, c| most.max(c.abs()));
        println!("{energy:10.6}  {largest:.4}");
    }
    Ok(())
}
