//! The whole spectrum at once. This serves small sectors, decks that want most of a sector, and
//! tests as the reference for the other solvers.

use std::sync::Arc;

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::{Mat, Par, Spec};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::accept::accept;
use super::failure::Failure;
use super::interrupt::{Interrupt, check_interrupt};
use super::method::{Method, Workload, amdahl};
use super::solver::{Bounds, Solver};
use super::window::{Window, is_cut, nearest};
use crate::chain::{Chain, Hamiltonian};
use crate::comm::{Space, alone};
use crate::threads::threads;

/// Full diagonalization.
pub const METHOD: Method = Method {
    name: "dense",
    is_shared: false,
    serves: |_| true,
    seconds,
    with_threads: |workload, threads| {
        amdahl(
            0.19 * (924.0 / workload.dimension as f64).powf(0.3),
            threads,
        )
    },
    memory,
    preparation: |_| 0.0,
    prepare: |chain, _, _| Box::new(Dense::new(chain)),
};

/// Fitted to 5.3 ms, 0.125 s and 6.1 s for N = 252, 924 and 3432, measured on one core of an Intel Xeon
/// (Sapphire Rapids).
fn seconds(workload: &Workload) -> f64 {
    let dimension = workload.dimension as f64;
    1.4e-10 * dimension.powi(3) + 1.8e-8 * dimension.powi(2) + 6e-6 * dimension
}

/// The matrix, its eigenvectors twice and the workspace of the reduction. 33 and 450 MB were
/// measured for N = 924 and 3432.
fn memory(workload: &Workload) -> f64 {
    5.0 * 8.0 * (workload.dimension as f64).powi(2)
}

/// The parts into which the library cuts its work. They decide how sums are rounded, so the number of
/// threads does not change them. Each part costs time, up to 2 % for one thread.
fn parts(dimension: usize) -> Par {
    match dimension {
        ..500 => Par::Seq,
        500..2000 => Par::rayon(2),
        _ => Par::rayon(4),
    }
}

/// Its memory serves one realization after the other. A system needs a tenth of a diagonalization to
/// give so much anew.
struct Dense {
    matrix: Mat<f64>,
    workspace: MemBuffer,
    parts: Par,
    /// Where the parts run one after the other, when there is one thread.
    alone: Option<ThreadPool>,
    /// The eigenvalues of the current realization.
    energies: Diag<f64>,
    /// Its eigenvectors, one in each column.
    states: Mat<f64>,
    /// The space of the eigenvectors.
    space: Space,
    current: Option<(Hamiltonian, Bounds)>,
}

impl Dense {
    fn new(chain: &Arc<Chain>) -> Self {
        let dimension = chain.dimension();
        let vectors = ComputeEigenvectors::Yes;
        let parts = parts(dimension);
        let workspace = self_adjoint_evd_scratch::<f64>(dimension, vectors, parts, Spec::default());
        let pool = ThreadPoolBuilder::new().num_threads(1);
        let pool = (parts != Par::Seq && threads() == 1).then(|| pool.build());
        Self {
            matrix: Mat::zeros(dimension, dimension),
            workspace: MemBuffer::new(workspace),
            parts,
            alone: pool.map(|pool| pool.expect("the system gives a thread")),
            energies: Diag::zeros(dimension),
            states: Mat::zeros(dimension, dimension),
            space: Space::new(Arc::clone(chain.partition()), alone()),
            current: None,
        }
    }

    fn energies(&self) -> &[f64] {
        let energies = self.energies.column_vector().try_as_col_major();
        energies.expect("a vector of its own").as_slice()
    }
}

impl Solver for Dense {
    /// Nothing interrupts the library once it has started.
    fn begin(
        &mut self,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
    ) -> Result<Bounds, Failure> {
        self.current = None;
        check_interrupt(interrupt)?;
        hamiltonian.write(self.matrix.as_mut());
        let (energies, states) = (self.energies.as_mut(), self.states.as_mut());
        let workspace = MemStack::new(&mut self.workspace);
        let (matrix, parts) = (self.matrix.as_ref(), self.parts);
        let diagonalize = || {
            self_adjoint_evd(
                matrix,
                energies,
                Some(states),
                parts,
                workspace,
                Spec::default(),
            )
        };
        let done = match &self.alone {
            Some(pool) => pool.install(diagonalize),
            None => diagonalize(),
        };
        done.map_err(|_| Failure::Dense)?;
        let energies = self.energies();
        let bounds = Bounds {
            lowest: energies[0],
            highest: energies[energies.len() - 1],
        };
        self.current = Some((hamiltonian.clone(), bounds));
        Ok(bounds)
    }

    fn window(
        &mut self,
        energy: f64,
        count: usize,
        interrupt: Interrupt<'_>,
    ) -> Result<Window<'_>, Failure> {
        check_interrupt(interrupt)?;
        let (hamiltonian, bounds) = self.current.as_ref().expect("a realization was begun");
        let (all, resolution) = (self.energies(), bounds.resolution());
        let window = nearest(all, energy, count, resolution);
        let energies = &all[window.clone()];
        let states = self.states.as_ref().subcols(window.start, count);
        Ok(Window {
            energies,
            states,
            space: &self.space,
            residual: accept(hamiltonian, bounds, energies, states)?,
            resolution,
            cut: is_cut(all, &window, resolution),
            missed: 0.0,
        })
    }

    fn levels(&self) -> Option<&[f64]> {
        self.current.is_some().then(|| self.energies())
    }
}
