//! Shift-invert. The levels nearest a shift σ are the eigenvalues θ = 1/(E − σ) of (H − σ)⁻¹ of the
//! largest modulus, which block Lanczos finds first.

mod attempt;
mod converged;
mod cost;
mod count;
mod factorization;
mod lanczos;
mod missed;
mod search;
mod slice;

use std::sync::Arc;

use faer::MatRef;

pub use factorization::Factorization;
pub use lanczos::{Settings, lanczos};

use super::attempts::first_success;
use super::density::Density;
use super::extremes::extremes;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::memory::Memory;
use super::method::Method;
use super::solver::{Bounds, Solver};
use super::window::Window;
use crate::chain::{Chain, Exchange, Hamiltonian};
use crate::comm::{Space, alone};
use crate::deck::Certificate;
use attempt::ATTEMPTS;
use search::{Found, Search};
use slice::{Slice, Workspace};

/// Sparse factorization and block Lanczos.
pub const METHOD: Method = Method {
    name: "shift-invert",
    is_shared: false,
    serves: |workload| 4 * workload.states as u64 <= workload.dimension,
    seconds: cost::seconds,
    with_threads: cost::with_threads,
    memory: cost::memory,
    preparation: cost::preparation,
    prepare: |chain, _, certificate| Box::new(ShiftInvert::new(chain, certificate)),
};

struct ShiftInvert {
    workspace: Workspace,
    certificate: Certificate,
    current: Option<Realization>,
}

struct Realization {
    hamiltonian: Hamiltonian,
    bounds: Bounds,
    density: Density,
    /// The slice found last.
    slice: Option<Slice>,
    /// The window found last.
    found: Option<Found>,
}

impl ShiftInvert {
    fn new(chain: &Arc<Chain>, certificate: Certificate) -> Self {
        Self {
            workspace: Workspace {
                factorization: Factorization::new(chain),
                basis: Memory::default(),
                exchange: Exchange::new(Space::new(Arc::clone(chain.partition()), alone())),
            },
            certificate,
            current: None,
        }
    }
}

impl Solver for ShiftInvert {
    fn begin(
        &mut self,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
    ) -> Result<Bounds, Failure> {
        self.current = None;
        let bounds = extremes(hamiltonian, &mut self.workspace.exchange, interrupt)?;
        self.current = Some(Realization {
            hamiltonian: hamiltonian.clone(),
            bounds,
            density: Density::new(self.workspace.exchange.space(), hamiltonian, &bounds),
            slice: None,
            found: None,
        });
        Ok(bounds)
    }

    fn window(
        &mut self,
        energy: f64,
        count: usize,
        interrupt: Interrupt<'_>,
    ) -> Result<Window<'_>, Failure> {
        let current = self.current.as_mut().expect("a realization was begun");
        let search = Search {
            hamiltonian: &current.hamiltonian,
            bounds: current.bounds,
            density: &current.density,
            energy,
            count,
            certificate: self.certificate,
            interrupt,
        };
        let (workspace, known) = (&mut self.workspace, &mut current.slice);
        let attempt = |number| search.run(workspace, known, number);
        let found = first_success(METHOD.name, ATTEMPTS, attempt)?;
        let found = current.found.insert(found);
        let dimension = current.hamiltonian.dimension();
        let states = &self.workspace.basis[..dimension * count];
        Ok(Window {
            energies: &found.energies,
            states: MatRef::from_column_major_slice(states, dimension, count),
            space: self.workspace.exchange.space(),
            residual: found.residual,
            resolution: current.bounds.resolution(),
            cut: found.cut,
            missed: found.missed,
        })
    }
}
