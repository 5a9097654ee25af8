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
    /// E_min.
    pub energy_min: f64,
    /// E_max.
    pub energy_max: f64,
    /// Its windows, by ascending energy density.
    pub windows: Vec<WindowRecord>,
}

/// What is stored of one window.
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
