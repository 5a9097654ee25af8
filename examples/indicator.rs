//! An indicator of one's own: how much of the staggered magnetization eigenstates hold, over the
//! disorder strength.
//!
//! Run it with `cargo run --release --example indicator`.

use std::error::Error;
use std::sync::Arc;

use mblscale::chain::{Chain, Hamiltonian, Sector, Task, random_field};
use mblscale::comm::alone;
use mblscale::deck::{Boundary, Certificate, Split};
use mblscale::eigen::{METHODS, Window, uninterrupted};
use mblscale::indicators::Indicator;

/// The mean over eigenstates of |⟨Σ (−1)^j σᶻ_j⟩| / L: near 0 in the ergodic phase, larger where each
/// site keeps a magnetization of its own.
struct StaggeredMagnetization {
    /// Σ (−1)^j σᶻ_j / L of each configuration.
    values: Vec<f64>,
}

impl StaggeredMagnetization {
    fn new(sector: &Sector) -> Self {
        let even_sites = 0x5555_5555_5555_5555_u64;
        // With half of the spins up, the even sites alone tell the staggered sum.
        let up = |configuration: u64| f64::from((configuration & even_sites).count_ones());
        let sites = sector.sites() as f64;
        let value = |&configuration: &u64| (4.0 * up(configuration) - sites) / sites;
        Self {
            values: sector.configurations().iter().map(value).collect(),
        }
    }
}

impl Indicator for StaggeredMagnetization {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let of_state = |state: faer::ColRef<'_, f64>| {
            let terms = state.iter().zip(&self.values);
            terms.map(|(c, value)| c * c * value).sum::<f64>().abs()
        };
        let sum: f64 = window.states.col_iter().map(of_state).sum();
        sum / window.states.ncols() as f64
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    mblscale::threads::set_threads(1);
    let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
    let mut indicator = StaggeredMagnetization::new(chain.sector());
    let dense = METHODS.first().ok_or("this program has no solver")?;
    let mut solver = (dense.prepare)(&chain, &alone(), Certificate::Run);

    println!(" h     staggered magnetization");
    for strength in [1.0, 4.0, 7.0, 10.0, 13.0] {
        let mut sum = 0.0;
        for realization in 0..20 {
            let task = Task {
                sites: 10,
                strength,
                split: Split::Test,
                realization,
            };
            let hamiltonian = Hamiltonian::new(&chain, &random_field(1, &task));
            let bounds = solver.begin(&hamiltonian, &uninterrupted)?;
            let window = solver.window(bounds.energy(0.5), 25, &uninterrupted)?;
            sum += indicator.evaluate(&window);
        }
        println!("{strength:4.1}   {:.4}", sum / 20.0);
    }
    Ok(())
}
