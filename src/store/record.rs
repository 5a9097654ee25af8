//! The result of one task.

use serde::{Deserialize, Serialize};

use crate::plan::Task;

/// Everything that is stored of one realization.
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
    /// Its windows, by ascending energy density; of one that could not be solved, the reason.
    pub windows: Vec<Result<WindowRecord, String>>,
}

/// What is stored of one window, which is proven to miss no level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowRecord {
    /// Raw values of the indicators, in the deck's order.
    pub indicators: Vec<f64>,
    /// Eigenstates in it.
    pub states: usize,
    /// The largest ‖H v − E v‖.
    pub residual: f64,
    /// Its energies, ascending; empty unless they are stored.
    pub energies: Vec<f64>,
}
