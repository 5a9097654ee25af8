//! What a run has to work with.

use super::machine::Machine;
use crate::deck::LoadedDeck;
use crate::error::Problem;

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

/// What is wrong when a rank has far more threads than its node has cores.
pub fn too_many_threads(source: &LoadedDeck, machine: &Machine) -> Option<Problem> {
    let (threads, cores) = (source.deck.run.threads, machine.cores);
    let message = format!(
        "{threads} threads for each rank are more than twice the {cores} cores of {}",
        machine.host
    );
    let remedy = format!("write {cores} or fewer");
    (threads > 2 * cores).then(|| source.problem("run.threads", &message, &remedy))
}
