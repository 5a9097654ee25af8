//! The whole spectrum at once. This serves small sectors, decks that want most of a sector, and
//! tests as the reference for the other solvers.

use std::sync::Arc;

use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Mat, Side};

use super::accept::accept;
use super::failure::Failure;
use super::interrupt::{Interrupt, check_interrupt};
use super::method::{Method, Workload};
use super::solver::{Bounds, Solver};
use super::window::{Window, is_cut, nearest};
use crate::chain::{Chain, Hamiltonian};

/// Full diagonalization.
pub const METHOD: Method = Method {
    name: "dense",
    serves: |_| true,
    seconds,
    memory,
    preparation: |_| 0.0,
    prepare: |_: &Arc<Chain>, _| Box::<Dense>::default(),
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

/// The eigendecomposition of the current realization.
#[derive(Default)]
struct Dense {
    current: Option<Decomposition>,
}

struct Decomposition {
    hamiltonian: Hamiltonian,
    bounds: Bounds,
    energies: Vec<f64>,
    states: Mat<f64>,
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
        let decomposition = SelfAdjointEigen::new(hamiltonian.dense().as_ref(), Side::Lower)
            .map_err(|_| Failure::Dense)?;
        let energies: Vec<f64> = decomposition.S().column_vector().iter().copied().collect();
        let bounds = Bounds {
            lowest: energies[0],
            highest: energies[energies.len() - 1],
        };
        self.current = Some(Decomposition {
            hamiltonian: hamiltonian.clone(),
            bounds,
            energies,
            states: decomposition.U().to_owned(),
        });
        Ok(bounds)
    }

    fn window(
        &mut self,
        energy: f64,
        count: usize,
        interrupt: Interrupt<'_>,
    ) -> Result<Window<'_>, Failure> {
        check_interrupt(interrupt)?;
        let current = self.current.as_ref().expect("a realization was begun");
        let resolution = current.bounds.resolution();
        let window = nearest(&current.energies, energy, count, resolution);
        let energies = &current.energies[window.clone()];
        let states = current.states.as_ref().subcols(window.start, count);
        Ok(Window {
            energies,
            states,
            residual: accept(&current.hamiltonian, &current.bounds, energies, states)?,
            resolution,
            cut: is_cut(&current.energies, &window, resolution),
            missed: 0.0,
        })
    }
}
