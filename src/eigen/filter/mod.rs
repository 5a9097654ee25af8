//! The polynomial filter (POLFED). A polynomial P is 1 at a target and small away from it. The
//! levels nearest the target are then the largest eigenvalues of P(H). The filter takes products
//! with H only, and the memory of a Krylov basis.
//!
//! A window is complete when all of it lies where P exceeds some value, and every Ritz value of
//! P(H) above that has converged.

mod attempt;
mod certificate;
mod polynomial;
mod refine;
mod search;
mod workspace;

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use faer::{MatMut, MatRef};

use super::accept::{accept_overlaps, accept_residual};
use super::attempts::first_success;
use super::density::Density;
use super::extremes::extremes;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::keeper::Keeper;
use super::memory::Memory;
use super::method::{Method, Workload, amdahl};
use super::solver::{Bounds, Solver};
use super::states::States;
use super::window::Window;
use crate::chain::{Chain, Hamiltonian};
use crate::comm::{Group, Space};
use crate::lanes::LANES;
use attempt::ATTEMPTS;
use refine::refine;
use search::Search;
use workspace::Workspace;

/// Block Lanczos on a polynomial of H.
pub const METHOD: Method = Method {
    name: "filter",
    is_shared: true,
    serves: |workload| {
        workload.dimension >= 500 && 8 * workload.states as u64 <= workload.dimension
    },
    seconds,
    with_threads,
    memory,
    preparation: |workload| 2e-8 * workload.dimension as f64, // memory for its vectors
    prepare: |chain, group, _| Box::new(Filter::new(chain, group)),
};

/// Vectors of the Krylov basis in the middle of the spectrum.
fn basis(workload: &Workload) -> f64 {
    3.0 * workload.states as f64 + 60.0
}

/// The products with H, the orthogonalization and the small eigenvalue problem. In the middle of
/// the spectrum a window takes about 15 N products, each of a time in proportion to N, which doubles
/// beyond the caches. Fitted to 0.030, 0.168, 2.9, 65 and 1033 s, measured on one core of an Intel Xeon
/// (Sapphire Rapids) for 100 states of L = 12, 14, 16, 18, 20.
fn seconds(workload: &Workload) -> f64 {
    let dimension = workload.dimension as f64;
    let basis = basis(workload);
    let products = 5.2e-9 * dimension.powf(2.1) * (1.0 + dimension / (dimension + 25_000.0));
    let orthogonalization = 3.5e-11 * dimension * basis * basis + 3e-10 * basis.powi(3);
    workload.targets as f64 * (products + orthogonalization)
}

/// Threads meet after each step of the recurrence, which is short where there are few states.
fn with_threads(workload: &Workload, threads: usize) -> f64 {
    amdahl(
        0.3 * (12_870.0 / workload.dimension as f64).powf(1.3),
        threads,
    )
}

/// The basis and a few blocks. The prediction is 44, 165 and 627 MB at L = 16, 18, 20, where 75, 190 and
/// 601 MB were measured with the program.
fn memory(workload: &Workload) -> f64 {
    8.0 * workload.dimension as f64 * (basis(workload) + 8.0 * LANES as f64)
}

struct Filter {
    workspace: Workspace,
    /// The memory of the basis, and then of a window.
    memory: Memory,
    current: Option<Realization>,
}

struct Realization {
    hamiltonian: Hamiltonian,
    bounds: Bounds,
    density: Density,
    /// The window found last.
    found: Option<Solved>,
}

/// A window whose states are in the memory of the basis.
struct Solved {
    energies: Vec<f64>,
    /// The place of its eigenvectors, one after the other, of which a rank has its rows.
    states: Range<usize>,
    residual: f64,
    /// Whether a level outside equals one of the window.
    cut: bool,
}

impl Filter {
    fn new(chain: &Chain, group: &Group) -> Self {
        let space = Space::new(Arc::clone(chain.partition()), group.clone());
        Self {
            workspace: Workspace::new(chain, space),
            memory: Memory::default(),
            current: None,
        }
    }
}

impl Solver for Filter {
    fn keep_in(&mut self, keeper: Option<Rc<dyn Keeper>>) {
        self.workspace.keeper = keeper;
    }

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
            density: Density::new(self.workspace.space(), hamiltonian, &bounds),
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
            energy,
            count,
            interrupt,
        };
        let (workspace, memory) = (&mut self.workspace, &mut self.memory);
        let attempt = |number| solve(&search, &current.density, workspace, memory, number);
        let solved = first_success(METHOD.name, ATTEMPTS, attempt)?;
        let solved = current.found.insert(solved);
        let states = &self.memory[solved.states.clone()];
        let rows = self.workspace.space().partition().rows();
        Ok(Window {
            energies: &solved.energies,
            states: MatRef::from_column_major_slice(states, rows, count),
            space: self.workspace.space(),
            residual: solved.residual,
            resolution: current.bounds.resolution(),
            cut: solved.cut,
            missed: 0.0,
        })
    }
}

/// Attempt `number` at a window, in `memory`.
fn solve(
    search: &Search,
    density: &Density,
    workspace: &mut Workspace,
    memory: &mut Memory,
    number: usize,
) -> Result<Solved, Failure> {
    let (hamiltonian, count) = (search.hamiltonian, search.count);
    let found = search.run(density, workspace, std::mem::take(memory), number)?;
    *memory = found.memory;
    let exchange = &mut workspace.exchange;
    let rows = exchange.space().partition().rows();
    let vectors = &mut memory.as_chunks_mut().0[..found.count.div_ceil(LANES) * rows];
    let cut = refine(search, exchange, vectors, found.count)?;

    // The window is now at the beginning of the memory, and one after the other its states will
    // follow. The basis was several times larger.
    let start = count.div_ceil(LANES) * rows * LANES;
    let (window, rest) = memory.split_at_mut(start);
    let states = States {
        values: bytemuck::cast_slice(window),
        count,
    };
    let levels = states.levels(hamiltonian, exchange);
    let energies: Vec<f64> = levels.iter().map(|level| level.energy).collect();
    let columns = &mut rest[..count * rows];
    let mut columns = MatMut::from_column_major_slice_mut(columns, rows, count);
    states.write(&levels, columns.as_mut());
    // A level equal to the last one of the window must be known too.
    let proven_within = found.radius - search.bounds.resolution();
    let proven = (energies.iter())
        .filter(|&level| (level - search.energy).abs() <= proven_within)
        .count();
    if proven < count {
        return Err(Failure::NotConverged {
            converged: proven,
            wanted: count,
            basis: found.count,
        });
    }
    let residuals = levels.iter().map(|level| level.residual);
    let residual = accept_residual(&search.bounds, residuals)?;
    accept_overlaps(exchange.space(), columns.as_ref())?;
    Ok(Solved {
        energies,
        states: start..start + count * rows,
        residual,
        cut,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_seconds_are_predicted() {
        for (sites, dimension, measured) in [
            (12, 924, 0.030),
            (14, 3_432, 0.168),
            (16, 12_870, 2.9),
            (18, 48_620, 65.0),
            (20, 184_756, 1033.0),
        ] {
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
