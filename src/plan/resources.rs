//! What a run has to work with.

use super::machine::Machine;

/// A machine and the ranks on it.
#[derive(Debug, Clone)]
pub struct Resources {
    /// The node of rank 0.
    pub machine: Machine,
    /// Ranks, over all nodes.
    pub ranks: usize,
    /// Ranks that share each node.
    pub ranks_on_node: usize,
}

impl Resources {
    /// The memory of a rank in bytes, when all ranks of a node share it.
    pub fn memory_per_rank(&self) -> u64 {
        self.machine.memory / self.ranks_on_node.max(1) as u64
    }
}
