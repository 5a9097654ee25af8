//! What a run of a deck does: sizes, tasks, solvers, memory, time, paths.

mod calibration;
mod generation;
mod knowledge;
mod layout;
mod machine;
mod paths;
mod quench;
mod resources;
mod schedule;
mod simulate;
mod sizes;
mod storage;
mod storing;
mod tasks;

pub use calibration::{Calibration, PowerLaw, of_this_machine};
pub use generation::Generation;
pub use knowledge::Knowledge;
pub use layout::Layout;
pub use machine::Machine;
pub use paths::Paths;
pub use resources::{Resources, too_many_threads};
use resources::{Shares, uneven_groups};
pub use schedule::{Schedule, parts};
pub use simulate::{Conditions, Forecast, PhaseTasks, TaskKind, most_ranks};
pub use sizes::{Refusal, SizePlan};
pub use storage::report_bytes;
pub use storing::Storing;
pub use tasks::Tasks;

use storage::{data_bytes, gather_bytes, too_large};

use crate::chain::Fields;
use crate::deck::{Deck, LoadedDeck, Split};
use crate::eigen::Workload;
use crate::error::{Error, Result};

/// A deck, planned for a machine and a number of ranks.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The deck with its text.
    pub source: LoadedDeck,
    /// What is generated, if anything.
    pub generation: Option<Generation>,
    /// Where fields come from, if the deck says so.
    pub fields: Option<Fields>,
    /// Where the files are.
    pub paths: Paths,
    /// The node of rank 0.
    pub machine: Machine,
    /// Ranks, over all nodes.
    pub ranks: usize,
    /// Ranks that share each node.
    pub ranks_on_node: usize,
    /// Bytes that one rank may use.
    pub memory_per_rank: u64,
    /// What the solvers were chosen by.
    pub knowledge: Knowledge,
    /// Each chain length to generate, in the deck's order; none when the deck generates nothing.
    pub sizes: Vec<SizePlan>,
}

impl Plan {
    /// Plans a deck. The same arguments give the same plan on every rank.
    ///
    /// # Errors
    /// [`Error::Deck`] when a size does not fit in the memory of a rank, or the output does not fit
    /// on the disk.
    pub fn new(
        source: LoadedDeck,
        generation: Option<Generation>,
        fields: Option<Fields>,
        resources: Resources,
        knowledge: Knowledge,
    ) -> Result<Self> {
        let mut problems: Vec<_> = too_many_threads(&source, &resources.machine)
            .into_iter()
            .collect();
        let shares = Shares::new(&source.deck.run, &resources);
        problems.extend(uneven_groups(&source, resources.ranks));
        let mut sizes = Vec::new();
        if let Some(generation) = &generation {
            for &sites in &generation.chain.sizes {
                match SizePlan::new(sites, generation, &shares, &knowledge) {
                    Ok(size) => sizes.push(size),
                    Err(Refusal { message, remedy }) => {
                        problems.push(source.problem("chain.sizes", &message, &remedy));
                    }
                }
            }
            problems.extend(too_large(&source, generation, &resources.machine));
        }
        if !problems.is_empty() {
            return Err(Error::Deck(problems));
        }
        Ok(Self {
            paths: Paths::new(&source.deck.output),
            machine: resources.machine,
            ranks: resources.ranks,
            ranks_on_node: resources.ranks_on_node,
            memory_per_rank: shares.memory,
            generation,
            fields,
            knowledge,
            sizes,
            source,
        })
    }

    /// The deck.
    pub fn deck(&self) -> &Deck {
        &self.source.deck
    }

    /// How a chain length is solved.
    ///
    /// # Panics
    /// When the plan has no such size.
    pub fn size(&self, sites: usize) -> &SizePlan {
        let found = self.sizes.iter().find(|size| size.sites == sites);
        found.expect("tasks come from the plan's sizes")
    }

    /// Every task, the most expensive first.
    pub fn tasks(&self) -> Tasks<'_> {
        let Some(Generation { disorder, .. }) = &self.generation else {
            return Tasks::new(&[], []);
        };
        let blocks = self.most_expensive_first().into_iter().flat_map(|size| {
            let realizations = |split| disorder.realizations.of(split, size.sites) as usize;
            Split::ALL.map(|split| (size.sites, split, realizations(split)))
        });
        Tasks::new(&disorder.strengths.0, blocks)
    }

    /// Predicted seconds of a realization of `sites` sites with so many windows.
    ///
    /// # Panics
    /// When the plan has no such size.
    pub fn seconds_of(&self, sites: usize, windows: usize) -> f64 {
        let indicators = self.generation.as_ref().map(|it| &it.indicators);
        let size = self.size(sites);
        let workload = Workload {
            targets: windows,
            ..size.workload
        };
        let calibration = &self.knowledge.calibration;
        let indicators =
            indicators.map_or(0.0, |all| calibration.indicator_seconds(all, &workload));
        calibration.solver_seconds(size.method, &workload, size.layout)
            + indicators / size.layout.ranks as f64
    }

    /// Predicted seconds of the quenches of a realization; zero without any.
    ///
    /// # Panics
    /// When the plan has no such size.
    pub fn quench_seconds(&self, sites: usize) -> f64 {
        self.size(sites).quench_seconds
    }

    /// How many ranks solve a realization together, of some chain length, the most first.
    pub fn group_sizes(&self) -> Vec<usize> {
        let mut ranks: Vec<usize> = self.sizes.iter().map(|size| size.layout.ranks).collect();
        ranks.sort_unstable();
        ranks.dedup();
        ranks.reverse();
        ranks
    }

    /// The same tasks by chain length and by the ranks that solve them together, for a forecast.
    pub fn phases(&self) -> Vec<PhaseTasks> {
        let windows = |size: &SizePlan| TaskKind {
            tasks: self.tasks_of(size.sites),
            windows: size.separable(size.workload.targets),
            extremes: self.seconds_of(size.sites, 0),
            seconds: size.window_seconds(),
            preparation: size.preparation_seconds,
        };
        let quench = |size: &SizePlan| TaskKind {
            windows: 1,
            extremes: 0.0,
            seconds: size.quench_seconds,
            ..windows(size)
        };
        let has_quench = self
            .generation
            .as_ref()
            .is_some_and(|it| it.quench.is_some());
        let kinds = |size: &SizePlan| {
            let windows = (size.workload.targets > 0).then(|| windows(size));
            windows.into_iter().chain(has_quench.then(|| quench(size)))
        };
        let sizes = self.most_expensive_first();
        let phase = |ranks| PhaseTasks {
            ranks,
            kinds: (sizes.iter().filter(|size| size.layout.ranks == ranks))
                .flat_map(|size| kinds(size))
                .collect(),
        };
        self.group_sizes().into_iter().map(phase).collect()
    }

    /// The number of tasks of a chain length.
    pub fn tasks_of(&self, sites: usize) -> usize {
        let disorder = self.generation.as_ref().map(|it| &it.disorder);
        disorder.map_or(0, |it| it.strengths.0.len() * it.realizations.all(sites))
    }

    /// Bytes of data.h5, by the dimensions of its arrays.
    pub fn data_bytes(&self) -> f64 {
        self.generation.as_ref().map_or(0.0, data_bytes)
    }

    /// How long a merge of results takes.
    pub fn storing(&self) -> Storing {
        let tasks = self.sizes.iter().map(|size| self.tasks_of(size.sites));
        Storing::new(tasks.sum(), self.data_bytes())
    }

    /// Bytes in which rank 0 merges the results, beside those of the program.
    pub fn gather_bytes(&self) -> f64 {
        self.generation.as_ref().map_or(0.0, gather_bytes)
    }

    fn most_expensive_first(&self) -> Vec<&SizePlan> {
        let mut sizes: Vec<&SizePlan> = self.sizes.iter().collect();
        sizes.sort_by(|a, b| (b.seconds().total_cmp(&a.seconds())).then(b.sites.cmp(&a.sites)));
        sizes
    }
}
