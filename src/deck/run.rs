//! `[run]`: what a run may use.

use serde::{Deserialize, Serialize};

use super::units::{Memory, Time};

/// Resources of a run. They change results in the last digits at most: more threads add in another
/// order, and less memory may call for another solver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Threads of each rank.
    pub threads: usize,
    /// Memory of each rank; by default that of the node, divided by its ranks.
    pub memory: Option<Memory>,
    /// How often finished results reach the disk.
    pub checkpoint: Time,
    /// How long one run may take; without a limit by default.
    pub time_limit: Option<Time>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            threads: 1,
            memory: None,
            checkpoint: Time::seconds(60),
            time_limit: None,
        }
    }
}
