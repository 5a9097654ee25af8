//! `[run]`: what a run may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Resources of a run. None changes a result beyond the last digits, which another order of sums by
/// more threads, or another solver by less memory, can change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Threads of each rank.
    pub threads: usize,
    /// Memory of each rank, as in "8 GiB"; by default the node's, divided by its ranks.
    pub memory: Option<String>,
    /// How often finished results reach the disk, as in "60s".
    pub checkpoint: String,
    /// How long one run may take, as in "8h"; without an end by default.
    pub time_limit: Option<String>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            threads: 1,
            memory: None,
            checkpoint: "60s".to_owned(),
            time_limit: None,
        }
    }
}

impl Run {
    /// The memory of a rank in bytes, when the deck says it.
    pub fn memory_bytes(&self) -> Option<u64> {
        let size: bytesize::ByteSize = self.memory.as_ref()?.parse().ok()?;
        Some(size.as_u64())
    }

    /// The longest that a finished result stays in memory only.
    pub fn checkpoint_interval(&self) -> Duration {
        humantime::parse_duration(&self.checkpoint).expect("the deck was checked")
    }

    /// How long one run may take, when the deck says it.
    pub fn time_limit(&self) -> Option<Duration> {
        let limit = self.time_limit.as_ref()?;
        Some(humantime::parse_duration(limit).expect("the deck was checked"))
    }
}
