//! Ways to find eigenpairs, and what they cost.

use std::fmt;
use std::sync::Arc;

use super::solver::Solver;
use crate::chain::Chain;
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
}

/// A way to find eigenpairs.
pub struct Method {
    /// Name in decks and reports.
    pub name: &'static str,
    /// Whether it can serve this workload.
    pub serves: fn(&Workload) -> bool,
    /// Predicted seconds on one core.
    pub seconds: fn(&Workload) -> f64,
    /// Predicted bytes.
    pub memory: fn(&Workload) -> f64,
    /// Predicted seconds that the preparation of a solver takes.
    pub preparation: fn(&Workload) -> f64,
    /// Prepares a solver for a chain, which proves its windows like this if it has a choice.
    pub prepare: fn(&Arc<Chain>, Certificate) -> Box<dyn Solver>,
}

impl fmt::Debug for Method {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Method({})", self.name)
    }
}
