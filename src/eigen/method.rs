//! Ways to find eigenpairs, and what they cost.

use std::fmt;
use std::sync::Arc;

use super::solver::Solver;
use crate::chain::Chain;
use crate::comm::Group;
use crate::deck::Certificate;

/// The work for each realization, from which costs are predicted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Workload {
    /// Chain length L.
    pub sites: usize,
    /// Dimension N of the sector.
    pub dimension: u64,
    /// Windows.
    pub targets: usize,
    /// Eigenpairs in each.
    pub states: usize,
    /// How near to the ends of the spectrum the targets are, by [`nearness_to_ends`].
    pub near_ends: f64,
}

/// The mean over targets of how near they are to an end of the spectrum: 0 for an energy density ε of
/// 0.25 to 0.75, and 1 at an end.
pub fn nearness_to_ends(densities: &[f64]) -> f64 {
    let near = |density: &f64| (2.0 * (2.0 * density - 1.0).abs() - 1.0).max(0.0).powi(2);
    densities.iter().map(near).sum::<f64>() / densities.len().max(1) as f64
}

/// A way to find eigenpairs.
pub struct Method {
    /// Name in decks and reports.
    pub name: &'static str,
    /// Whether the ranks of a group can share a realization.
    pub is_shared: bool,
    /// Whether it can serve this workload.
    pub serves: fn(&Workload) -> bool,
    /// Predicted seconds on one core.
    pub seconds: fn(&Workload) -> f64,
    /// Predicted seconds with so many threads, over those with one.
    pub with_threads: fn(&Workload, usize) -> f64,
    /// Predicted bytes.
    pub memory: fn(&Workload) -> f64,
    /// Predicted seconds that the preparation of a solver takes.
    pub preparation: fn(&Workload) -> f64,
    /// Prepares a solver for a chain whose rows the ranks of a group have. It proves its windows like
    /// this if it has a choice.
    pub prepare: fn(&Arc<Chain>, &Group, Certificate) -> Box<dyn Solver>,
}

/// The seconds of work with so many threads over those with one, where a part `alone` of it is done by one
/// thread (G. M. Amdahl, AFIPS Conf. Proc. 30, 483).
pub fn amdahl(alone: f64, threads: usize) -> f64 {
    let alone = alone.min(1.0);
    alone + (1.0 - alone) / threads as f64
}

/// The states of a piece of the basis at most, and so the fewest of each rank of a group.
const LEAST_STATES: u64 = 1024;

impl Method {
    /// How many ranks solve a realization together where groups have so many.
    pub fn ranks(&self, workload: &Workload, group: usize) -> usize {
        let enough = group as u64 * LEAST_STATES <= workload.dimension;
        if self.is_shared && enough { group } else { 1 }
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Method({})", self.name)
    }
}
