//! The polynomial filter (POLFED). A polynomial P is 1 at a target and small away from it. The
//! levels nearest the target are then the largest eigenvalues of P(H). The filter takes products
//! with H only, and the memory of a Krylov basis.
//!
//! A window is complete when all of it lies where P exceeds some value, and every Ritz value of
//! P(H) above that has converged.

mod attempt;
mod basis;
mod certificate;
mod combine;
mod density;
mod polynomial;
mod refine;
mod search;
mod workspace;

use std::sync::Arc;

use faer::MatRef;

use super::accept::accept;
use super::attempts::first_success;
use super::extremes::extremes;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::method::{Method, Workload};
use super::solver::{Bounds, Solver};
use super::window::Window;
use crate::chain::{Chain, Hamiltonian};
use crate::lanes::LANES;
use attempt::ATTEMPTS;
use density::Density;
use refine::{Refined, refine};
use search::Search;
use workspace::Workspace;

/// Block Lanczos on a polynomial of H.
pub const METHOD: Method = Method {
    name: "filter",
    serves: |workload| {
        workload.dimension >= 500 && 8 * workload.states as u64 <= workload.dimension
    },
    seconds,
    memory,
    preparation: |workload| 2e-8 * workload.dimension as f64, // memory for its vectors
    prepare: |chain, _| Box::new(Filter::new(chain)),
};

/// Vectors of the Krylov basis in the middle of the spectrum.
fn basis(workload: &Workload) -> f64 {
    3.0 * workload.states as f64 + 60.0
}

/// The products with H, the orthogonalization and the small eigenvalue problem. In the middle of
/// the spectrum a window takes about 15 N products, each of a time in proportion to N. Fitted to
/// 0.059, 0.22 and 3.3 s, measured on one core of an Intel Xeon (Sapphire Rapids) for 100 states of
/// L = 12, 14, 16.
fn seconds(workload: &Workload) -> f64 {
    let dimension = workload.dimension as f64;
    let basis = basis(workload);
    let products = 1.7e-8 * dimension.powi(2);
    let orthogonalization = 7e-11 * dimension * basis * basis + 6e-10 * basis.powi(3);
    workload.targets as f64 * (products + orthogonalization)
}

/// The basis and a few blocks. The prediction is 44 and 165 MB at L = 16 and 18, where 50 and 170
/// MB were measured with the chain.
fn memory(workload: &Workload) -> f64 {
    8.0 * workload.dimension as f64 * (basis(workload) + 8.0 * LANES as f64)
}

struct Filter {
    workspace: Workspace,
    current: Option<Realization>,
}

struct Realization {
    hamiltonian: Hamiltonian,
    bounds: Bounds,
    density: Density,
    levels: Refined,
    /// Eigenvectors of length N, one after the other, in the memory of the basis.
    states: Vec<f64>,
}

impl Filter {
    fn new(chain: &Arc<Chain>) -> Self {
        Self {
            workspace: Workspace::new(chain.dimension()),
            current: None,
        }
    }
}

impl Solver for Filter {
    fn begin(
        &mut self,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
    ) -> Result<Bounds, Failure> {
        self.current = None;
        let bounds = extremes(hamiltonian, interrupt)?;
        self.current = Some(Realization {
            hamiltonian: hamiltonian.clone(),
            bounds,
            density: Density::new(hamiltonian, &bounds),
            levels: Refined::default(),
            states: Vec::new(),
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
        let workspace = &mut self.workspace;
        let residual = first_success(METHOD.name, ATTEMPTS, |attempt| {
            current.solve(workspace, energy, count, attempt, interrupt)
        })?;
        let dimension = current.hamiltonian.dimension();
        Ok(Window {
            energies: &current.levels.energies,
            states: MatRef::from_column_major_slice(&current.states, dimension, count),
            residual,
            resolution: current.bounds.resolution(),
            cut: current.levels.cut,
            missed: 0.0,
        })
    }
}

impl Realization {
    /// Finds the window and returns its largest residual.
    fn solve(
        &mut self,
        workspace: &mut Workspace,
        energy: f64,
        count: usize,
        attempt: usize,
        interrupt: Interrupt<'_>,
    ) -> Result<f64, Failure> {
        let hamiltonian = &self.hamiltonian;
        let search = Search {
            hamiltonian,
            bounds: self.bounds,
            energy,
            count,
            interrupt,
        };
        let mut found = search.run(
            &self.density,
            workspace,
            std::mem::take(&mut self.states),
            attempt,
        )?;
        let basis = found.vectors.len() / hamiltonian.dimension();
        self.levels = refine(&search, workspace, &mut found.vectors)?;
        self.states = found.vectors;
        let energies = &self.levels.energies;
        // A level equal to the last one of the window must be known too.
        let proven_within = found.radius - self.bounds.resolution();
        let proven = (energies.iter())
            .filter(|level| (*level - energy).abs() <= proven_within)
            .count();
        if proven < count {
            return Err(Failure::NotConverged {
                converged: proven,
                wanted: count,
                basis,
            });
        }
        let states = MatRef::from_column_major_slice(&self.states, hamiltonian.dimension(), count);
        accept(hamiltonian, &self.bounds, energies, states)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_seconds_are_predicted() {
        for (sites, dimension, measured) in [(12, 924, 0.059), (14, 3_432, 0.22), (16, 12_870, 3.3)]
        {
            let workload = Workload {
                sites,
                dimension,
                targets: 1,
                states: 100,
                near_ends: 0.0,
            };
            let share = seconds(&workload) / measured;
            assert!((0.75..1.25).contains(&share), "L = {sites}: {share}");
        }
    }
}
