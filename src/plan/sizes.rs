//! How the realizations of one chain length are solved, and what that costs.

use super::report_bytes;
use crate::chain::sector_dimension;
use crate::deck::Spectrum;
use crate::eigen::{self, Method, Workload};

/// A chain length of the plan.
#[derive(Clone, Copy)]
pub struct SizePlan {
    /// Chain length L.
    pub sites: usize,
    /// What each realization asks of the solver.
    pub workload: Workload,
    /// The solver.
    pub method: &'static Method,
    /// Predicted seconds of a realization on one core.
    pub seconds: f64,
    /// Predicted bytes of a rank that solves it.
    pub memory: f64,
}

impl SizePlan {
    /// Chooses the solver for a chain length.
    ///
    /// # Errors
    /// The message and the remedy, when no allowed solver fits in `memory` bytes.
    pub fn new(
        sites: usize,
        spectrum: &Spectrum,
        memory: u64,
    ) -> std::result::Result<Self, (String, String)> {
        let dimension = sector_dimension(sites);
        let workload = Workload {
            sites,
            dimension,
            targets: spectrum.energy_densities.0.len(),
            states: spectrum.states.of(dimension),
        };
        let method = eigen::choose(&spectrum.solver, &workload, memory as f64);
        let needed = PROGRAM_BYTES + (method.memory)(&workload) + chain_bytes(&workload);
        if needed > memory as f64 {
            return Err((
                format!(
                    "L = {sites} has {dimension} states; {} needs {} of memory and a rank has {}",
                    method.name,
                    report_bytes(needed),
                    report_bytes(memory as f64)
                ),
                "use shorter chains, fewer ranks on a node, or raise run.memory".to_owned(),
            ));
        }
        Ok(Self {
            sites,
            workload,
            method,
            seconds: (method.seconds)(&workload),
            memory: needed,
        })
    }
}

impl std::fmt::Debug for SizePlan {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "L = {} by {}", self.sites, self.method.name)
    }
}

/// The program with its libraries, of which libtorch is the largest.
const PROGRAM_BYTES: f64 = 140e6;

/// The basis and the exchanges, whatever the solver: a word for each state, an index for each of
/// about L/2 exchanges.
fn chain_bytes(workload: &Workload) -> f64 {
    workload.dimension as f64 * (40.0 + 2.2 * workload.sites as f64)
}
