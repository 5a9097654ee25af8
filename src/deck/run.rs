//! `[run]`: what a run may use.

use serde::{Deserialize, Serialize};

/// Resources of a run; none of them changes a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Threads of each rank.
    pub threads: usize,
    /// Memory of each rank, as in "8 GiB"; by default the node's, divided by its ranks.
    pub memory: Option<String>,
    /// How often finished results reach the disk, as in "60s".
    pub checkpoint: String,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            threads: 1,
            memory: None,
            checkpoint: "60s".to_owned(),
        }
    }
}
