//! What a deck comes to: sizes, tasks, solvers, memory, time, paths.

mod calibration;
mod knowledge;
mod machine;
mod paths;
mod schedule;
mod simulate;
mod sizes;

pub use crate::chain::Task;
pub use crate::deck::Split;
pub use calibration::{Calibration, PowerLaw, of_this_machine};
pub use knowledge::Knowledge;
pub use machine::Machine;
pub use paths::Paths;
pub use schedule::{Schedule, parts};
pub use simulate::{Conditions, Forecast, Group, most_ranks};
pub use sizes::SizePlan;

use crate::deck::{Deck, LoadedDeck};
use crate::eigen::Workload;
use crate::error::{Error, Problem, Result};

/// A deck resolved for a machine and a number of ranks.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The deck with its text.
    pub source: LoadedDeck,
    /// Where the files are.
    pub paths: Paths,
    /// The node of rank 0.
    pub machine: Machine,
    /// Ranks, over all nodes.
    pub ranks: usize,
    /// Bytes that one rank may use.
    pub memory_per_rank: u64,
    /// What the solvers were chosen by.
    pub knowledge: Knowledge,
    /// Each chain length to generate, in the deck's order; none when the deck generates nothing.
    pub sizes: Vec<SizePlan>,
}

impl Plan {
    /// Resolves a deck for `ranks` ranks, of which `ranks_on_node` share each machine. The same
    /// arguments give the same plan on every rank.
    ///
    /// # Errors
    /// [`Error::Deck`] when a size could not be solved in the memory of a rank, or the output
    /// would not fit on the disk.
    pub fn new(
        source: LoadedDeck,
        machine: Machine,
        ranks: usize,
        ranks_on_node: usize,
        knowledge: Knowledge,
    ) -> Result<Self> {
        let deck = &source.deck;
        let share = machine.memory / ranks_on_node.max(1) as u64;
        let memory_per_rank = deck.run.memory_bytes().unwrap_or(share);
        let mut problems = Vec::new();
        let sizes = match (&deck.chain, &deck.spectrum) {
            (Some(chain), Some(spectrum)) => chain
                .sizes
                .iter()
                .filter_map(|&sites| {
                    SizePlan::new(sites, spectrum, memory_per_rank, &knowledge)
                        .map_err(|(message, remedy)| {
                            problems.push(source.problem("chain.sizes", &message, &remedy));
                        })
                        .ok()
                })
                .collect(),
            _ => Vec::new(),
        };
        let paths = Paths::new(&deck.output);
        problems.extend(too_large(&source, &machine));
        if !problems.is_empty() {
            return Err(Error::Deck(problems));
        }
        Ok(Self {
            paths,
            machine,
            ranks,
            memory_per_rank,
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

    /// Every task, dearest first.
    pub fn tasks(&self) -> Vec<Task> {
        let Some(disorder) = &self.deck().disorder else {
            return Vec::new();
        };
        let mut tasks = Vec::new();
        for size in self.dearest_first() {
            for split in Split::ALL {
                for &strength in &disorder.strengths.0 {
                    for realization in 0..disorder.realizations.of(split, size.sites) {
                        tasks.push(Task {
                            sites: size.sites,
                            strength,
                            split,
                            realization,
                        });
                    }
                }
            }
        }
        tasks
    }

    /// Predicted seconds of a realization of `sites` sites with so many windows.
    ///
    /// # Panics
    /// When the plan has no such size.
    pub fn seconds_of(&self, sites: usize, windows: usize) -> f64 {
        let spectrum = self.deck().spectrum.as_ref();
        let names = spectrum.map_or(&[][..], |spectrum| &spectrum.indicators);
        let size = self.size(sites);
        let workload = Workload {
            targets: windows,
            ..size.workload
        };
        let calibration = &self.knowledge.calibration;
        calibration.solver_seconds(size.method, &workload)
            + calibration.indicator_seconds(names, &workload)
    }

    /// The same tasks by chain length, for a forecast of the campaign.
    pub fn groups(&self) -> Vec<Group> {
        let group = |size: &SizePlan| Group {
            tasks: self.tasks_of(size.sites),
            windows: size.separable(size.workload.targets),
            extremes: self.seconds_of(size.sites, 0),
            seconds: size.seconds(),
            preparation: size.preparation_seconds,
        };
        self.dearest_first().into_iter().map(group).collect()
    }

    /// The number of tasks of a chain length.
    pub fn tasks_of(&self, sites: usize) -> usize {
        let disorder = self.deck().disorder.as_ref();
        disorder.map_or(0, |it| it.strengths.0.len() * it.realizations.all(sites))
    }

    fn dearest_first(&self) -> Vec<&SizePlan> {
        let mut sizes: Vec<&SizePlan> = self.sizes.iter().collect();
        sizes.sort_by(|a, b| (b.seconds().total_cmp(&a.seconds())).then(b.sites.cmp(&a.sites)));
        sizes
    }
}

/// Bytes of data.h5, by the dimensions of its arrays.
pub fn data_bytes(deck: &Deck) -> f64 {
    let (Some(chain), Some(disorder), Some(spectrum)) =
        (&deck.chain, &deck.disorder, &deck.spectrum)
    else {
        return 0.0;
    };
    let windows = spectrum.energy_densities.0.len();
    let per_realization = |&sites: &usize| {
        let dimension = crate::chain::sector_dimension(sites);
        let energies = if spectrum.store_energies {
            spectrum.states.of(dimension)
        } else {
            0
        };
        let each = sites + 2 + windows * (spectrum.indicators.len() + 3 + energies);
        (disorder.realizations.all(sites) * each) as f64
    };
    8.0 * disorder.strengths.0.len() as f64 * chain.sizes.iter().map(per_realization).sum::<f64>()
}

fn too_large(source: &LoadedDeck, machine: &Machine) -> Option<Problem> {
    let bytes = data_bytes(&source.deck);
    let free = machine.free_disk? as f64;
    (bytes > free).then(|| {
        source.problem(
            "disorder.realizations",
            &format!(
                "the data would take {} and the disk of {} has {} free",
                report_bytes(bytes),
                source.deck.output.display(),
                report_bytes(free)
            ),
            "ask for fewer realizations, strengths or energies, or another output",
        )
    })
}

/// A number of bytes for people.
pub fn report_bytes(bytes: f64) -> String {
    bytesize::ByteSize(bytes as u64).to_string()
}
