//! What a run has to work with.

use super::machine::Machine;
use crate::deck::{LoadedDeck, RanksPerRealization, Run};
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

/// The ranks of a run, and how they may solve realizations.
pub struct Shares {
    /// All ranks.
    pub ranks: usize,
    /// Numbers of ranks that may solve a realization together.
    pub groups: Vec<usize>,
    /// Bytes of each rank.
    pub memory: u64,
    /// Threads of each rank.
    pub threads: usize,
    /// Ranks that share each node.
    pub ranks_on_node: usize,
    /// Whether the deck states the bytes of a rank.
    pub stated: bool,
}

impl Shares {
    /// The groups that a deck allows.
    pub fn new(run: &Run, resources: &Resources) -> Self {
        let ranks = resources.ranks;
        let groups = match run.ranks_per_realization {
            RanksPerRealization::Count(group) => vec![group],
            RanksPerRealization::Auto => (1..=ranks)
                .filter(|&group| ranks.is_multiple_of(group))
                .collect(),
        };
        Self {
            ranks,
            groups,
            memory: (run.memory.as_ref())
                .map_or(resources.memory_per_rank(), |memory| memory.bytes),
            threads: run.threads,
            ranks_on_node: resources.ranks_on_node,
            stated: run.memory.is_some(),
        }
    }
}

/// What is wrong when some ranks would have no group.
pub fn uneven_groups(source: &LoadedDeck, ranks: usize) -> Option<Problem> {
    let RanksPerRealization::Count(group) = source.deck.run.ranks_per_realization else {
        return None;
    };
    let message = format!("{ranks} ranks cannot be cut into groups of {group}");
    let remedy = format!("start {} ranks", ranks.div_ceil(group) * group);
    (!ranks.is_multiple_of(group))
        .then(|| source.problem("run.ranks_per_realization", &message, &remedy))
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
