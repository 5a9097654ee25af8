//! `[run]`: what a run may use.

use serde::{Deserialize, Serialize};

use super::shown::shown;
use super::units::{Memory, Time};

/// Resources of a run. They change results in the last digits at most, where less memory calls for
/// another solver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Threads of each rank.
    pub threads: usize,
    /// Ranks that solve a realization together, where its solver can be shared.
    pub ranks_per_realization: RanksPerRealization,
    /// Memory of each rank; by default that of the node, divided by its ranks.
    pub memory: Option<Memory>,
    /// How often finished results reach the disk.
    pub checkpoint: Time,
    /// How long one run may take; without a limit by default.
    pub time_limit: Option<Time>,
}

/// How many ranks solve a realization together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "toml::Value", into = "toml::Value")]
pub enum RanksPerRealization {
    /// As many as the memory and the number of tasks ask for, for each chain length.
    Auto,
    /// So many.
    Count(usize),
}

impl TryFrom<toml::Value> for RanksPerRealization {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::Integer(count) if count > 0 => Ok(Self::Count(count as usize)),
            toml::Value::String(text) if text == "auto" => Ok(Self::Auto),
            other => Err(format!(
                "{} is not a number of ranks; write a positive integer or \"auto\"",
                shown(&other)
            )),
        }
    }
}

impl From<RanksPerRealization> for toml::Value {
    fn from(ranks: RanksPerRealization) -> Self {
        match ranks {
            RanksPerRealization::Auto => Self::String("auto".to_owned()),
            RanksPerRealization::Count(count) => Self::Integer(count as i64),
        }
    }
}

impl Default for Run {
    fn default() -> Self {
        Self {
            threads: 1,
            ranks_per_realization: RanksPerRealization::Count(1),
            memory: None,
            checkpoint: Time::seconds(60),
            time_limit: None,
        }
    }
}
