//! How the realizations of one chain length are solved, and what that costs.

use super::generation::Generation;
use super::knowledge::Knowledge;
use super::storage::report_bytes;
use crate::chain::sector_dimension;
use crate::eigen::{self, Choice, METHODS, Method, Shortage, Workload, nearness_to_ends};

/// Why a chain length cannot be solved.
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// A chain length of the plan.
#[derive(Debug, Clone, Copy)]
pub struct SizePlan {
    /// Chain length L.
    pub sites: usize,
    /// What each realization asks of the solver.
    pub workload: Workload,
    /// The solver.
    pub method: &'static Method,
    /// The solver of windows that this one cannot solve.
    pub fallback: Option<&'static Method>,
    /// Predicted seconds that the solver takes for a realization.
    pub solver_seconds: f64,
    /// Predicted seconds that its indicators take.
    pub indicator_seconds: f64,
    /// Predicted seconds in which a rank prepares its first of them.
    pub preparation_seconds: f64,
    /// Predicted bytes of a rank that solves it.
    pub memory: f64,
}

impl SizePlan {
    /// Chooses the solver for a chain length: the one that data.h5 was begun with, or the deck's, or
    /// the cheapest that fits.
    ///
    /// # Errors
    /// When that does not fit in `memory` bytes.
    pub fn new(
        sites: usize,
        generation: &Generation,
        memory: u64,
        knowledge: &Knowledge,
    ) -> Result<Self, Refusal> {
        let spectrum = &generation.spectrum;
        let dimension = sector_dimension(sites);
        let workload = Workload {
            sites,
            dimension,
            targets: spectrum.energy_densities.0.len(),
            states: spectrum.states.of(dimension),
            near_ends: nearness_to_ends(&spectrum.energy_densities.0),
        };
        let begun_with = knowledge.solvers.get(&sites);
        let choice = match begun_with {
            None => generation.solver,
            Some(name) => Choice::named(name).ok_or_else(|| Refusal {
                message: format!(
                    "L = {sites} was begun with the solver {name}, which this program lacks"
                ),
                remedy: "use the program that wrote data.h5, or give the deck another output"
                    .to_owned(),
            })?,
        };
        let calibration = &knowledge.calibration;
        let overhead = PROGRAM_BYTES + chain_bytes(&workload);
        let available = memory as f64 - overhead;
        let method = eigen::choose(METHODS, choice, &workload, available, |method| {
            calibration.solver_seconds(method, &workload)
        })
        .map_err(|shortage| {
            too_little_memory(&shortage, &workload, memory, begun_with.is_some())
        })?;
        Ok(Self {
            sites,
            workload,
            method,
            fallback: eigen::fallback(method, &workload, available),
            solver_seconds: calibration.solver_seconds(method, &workload),
            indicator_seconds: calibration.indicator_seconds(&generation.indicators, &workload),
            preparation_seconds: chain_seconds(&workload)
                + calibration.preparation_seconds(method, &workload),
            memory: overhead + (method.memory)(&workload),
        })
    }

    /// Into how many pieces so many windows can be cut for several ranks. A solver that takes each
    /// window by itself allows as many as there are; one diagonalization for all allows one.
    pub fn separable(&self, windows: usize) -> usize {
        let seconds = |targets| {
            (self.method.seconds)(&Workload {
                targets,
                ..self.workload
            })
        };
        let at_once = seconds(windows) < 0.6 * windows as f64 * seconds(1);
        if at_once { 1 } else { windows }
    }

    /// Predicted seconds of a realization.
    pub fn seconds(&self) -> f64 {
        self.solver_seconds + self.indicator_seconds
    }
}

/// Why no solver fits in `memory` bytes. One that data.h5 was begun with cannot be replaced.
fn too_little_memory(
    shortage: &Shortage,
    workload: &Workload,
    memory: u64,
    begun: bool,
) -> Refusal {
    let overhead = PROGRAM_BYTES + chain_bytes(workload);
    let need = |method: &Method| report_bytes(overhead + (method.memory)(workload));
    let remedy = match shortage.fitting {
        Some(other) if !begun => format!(
            "write solver = \"{}\", which needs {}, or raise run.memory",
            other.name,
            need(other)
        ),
        _ => "use shorter chains, fewer ranks on a node, or raise run.memory".to_owned(),
    };
    Refusal {
        message: format!(
            "L = {} has {} states; {} needs {} of memory and a rank has {}",
            workload.sites,
            workload.dimension,
            shortage.method.name,
            need(shortage.method),
            report_bytes(memory as f64)
        ),
        remedy,
    }
}

/// The program with HDF5 and MPI. A rank that solves chains of six sites peaks at 33 MB without
/// mpirun, and at 25 to 32 MB under it. The rest is for memory that the allocator keeps between
/// solves.
const PROGRAM_BYTES: f64 = 40e6;

/// The basis and the exchanges, whatever the solver: fitted to 0.6, 2.4 and 9.5 ms of processor
/// time for L = 14, 16, 18.
fn chain_seconds(workload: &Workload) -> f64 {
    1.9e-7 * workload.dimension as f64
}

/// The basis and the exchanges, whatever the solver: a word for each state, an index for each of
/// about L/2 exchanges.
fn chain_bytes(workload: &Workload) -> f64 {
    workload.dimension as f64 * (40.0 + 2.2 * workload.sites as f64)
}
