//! The result of one task.

use serde::{Deserialize, Serialize};

use crate::chain::Task;
use crate::quench::Outcome;

/// Everything that is stored of one realization, or of a part of its windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Which realization.
    pub task: Task,
    /// Its field h_1 … h_L.
    pub field: Vec<f64>,
    /// E_min; NaN when it was not found.
    pub energy_min: f64,
    /// E_max; NaN when it was not found.
    pub energy_max: f64,
    /// The values of each statistic of all levels, in the deck's order.
    pub levels: Vec<Vec<f64>>,
    /// Windows by their energy densities; of a window that could not be solved, the reason.
    pub windows: Vec<(f64, Result<WindowRecord, String>)>,
    /// What was observed of its quenches, or why they could not be done; none if this is of windows.
    pub quench: Option<Result<Outcome, String>>,
    /// Who solved it, when, and at what cost.
    pub account: Account,
}

impl Record {
    /// Why windows could not be solved, or quenches not be done.
    pub fn failures(&self) -> impl Iterator<Item = &str> {
        let windows = self.windows.iter().filter_map(|(_, it)| it.as_ref().err());
        let quench = self.quench.iter().filter_map(|it| it.as_ref().err());
        windows.chain(quench).map(String::as_str)
    }
}

/// What is stored of one window, which is proven complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowRecord {
    /// Raw values of the indicators, in the deck's order; NaN where one is not defined.
    pub indicators: Vec<f64>,
    /// Which indicators are not defined, and why.
    pub undefined: Option<String>,
    /// Eigenstates in it.
    pub states: usize,
    /// The largest ‖H v − E v‖.
    pub residual: f64,
    /// A bound of the probability that a level is missing.
    pub missed: f64,
    /// Its energies, ascending; empty unless they are stored.
    pub energies: Vec<f64>,
    /// The values of each observable over its axes, in the deck's order.
    pub observables: Vec<Vec<f64>>,
}

/// Who solved a task, when, and at what cost. None of this is a result.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The rank.
    pub rank: usize,
    /// When it was finished, RFC 3339 in UTC.
    pub finished: String,
    /// The solver.
    pub solver: String,
    /// How long it took.
    pub seconds: Seconds,
    /// The most bytes that the process has had in memory so far.
    pub memory: u64,
}

/// Seconds of a task by its parts, on the clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    /// Preparing the chain and its solver, in the first task of a chain length.
    pub preparation: f64,
    /// The extreme energies, and all else that the windows share.
    pub extremes: f64,
    /// The eigenpairs of the windows, also of those that failed.
    pub eigenpairs: f64,
    /// Their indicators.
    pub indicators: f64,
    /// The quenches.
    #[serde(default)]
    pub quench: f64,
}

impl Seconds {
    /// The seconds that another task of the same chain would take.
    pub fn without_preparation(&self) -> f64 {
        self.extremes + self.eigenpairs + self.indicators + self.quench
    }
}
