//! The missing work of a campaign, in a form that every rank can hold.
//!
//! Millions of realizations miss the same windows and quenches one after the other. A list of such runs is short,
//! and a rank makes of it the work that it has claimed.

use std::collections::HashMap;
use std::iter::repeat_n;

use serde::{Deserialize, Serialize};

use super::work::Work;
use crate::chain::Task;
use crate::plan::{Plan, Tasks, parts};
use crate::store::Lacking;

/// Missing work, the most expensive first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// What realizations miss.
    sets: Vec<Lacking>,
    runs: Vec<Run>,
}

/// Consecutive realizations of one chain length that miss the same.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Run {
    sites: usize,
    /// The first realization, by its number in the plan.
    first: usize,
    realizations: usize,
    /// What they miss, among the sets.
    set: usize,
    /// The windows of a part; the last part with windows of a realization may have fewer. The quenches
    /// are another part.
    part: usize,
    /// Parts in the list before its own.
    before: usize,
}

impl Missing {
    /// The realizations that miss something, the windows of each in one part.
    pub fn new(tasks: &Tasks, missing: impl Fn(&Task) -> Lacking) -> Self {
        let mut list = Self::default();
        let mut known: HashMap<Lacking, usize> = HashMap::new();
        for (number, task) in tasks.iter().enumerate() {
            let lacking = missing(&task);
            if lacking.is_empty() {
                continue;
            }
            let part = lacking.windows.len().max(1);
            let set = *known.entry(lacking).or_insert_with_key(|lacking| {
                list.sets.push(lacking.clone());
                list.sets.len() - 1
            });
            let before = list.len();
            match list.runs.last_mut() {
                Some(run)
                    if (run.sites, run.set) == (task.sites, set)
                        && run.first + run.realizations == number =>
                {
                    run.realizations += 1;
                }
                _ => list.runs.push(Run {
                    sites: task.sites,
                    first: number,
                    realizations: 1,
                    set,
                    part,
                    before,
                }),
            }
        }
        list
    }

    /// Cuts realizations into parts of some windows each, where each rank has few of them.
    #[must_use]
    pub fn cut(mut self, plan: &Plan, ranks: usize) -> Self {
        let total: f64 = self.seconds(plan).sum();
        let mut before = 0;
        for run in &mut self.runs {
            let set = &self.sets[run.set];
            let windows = set.windows.len();
            if windows > 0 {
                let separable = plan.size(run.sites).separable(windows);
                let seconds = plan.seconds_of(run.sites, windows);
                run.part = windows.div_ceil(parts(seconds, separable, total, ranks));
            }
            run.before = before;
            before += run.realizations * parts_of(set, run.part);
        }
        self
    }

    /// The part of the list that groups of `ranks` ranks solve.
    #[must_use]
    pub fn of_groups(&self, plan: &Plan, ranks: usize) -> Self {
        let mut before = 0;
        let own = self
            .runs
            .iter()
            .filter(|run| plan.size(run.sites).layout.ranks == ranks);
        let runs = own.map(|run| {
            let run = Run { before, ..*run };
            before += run.realizations * self.parts(&run);
            run
        });
        Self {
            runs: runs.collect(),
            sets: self.sets.clone(),
        }
    }

    /// How many realizations miss something.
    pub fn realizations(&self) -> usize {
        self.runs.iter().map(|run| run.realizations).sum()
    }

    /// The parts of all realizations.
    pub fn len(&self) -> usize {
        let last = self.runs.last();
        last.map_or(0, |run| run.before + run.realizations * self.parts(run))
    }

    /// The part at a place in the list.
    ///
    /// # Panics
    /// When the list is shorter, or belongs to another plan.
    pub fn work(&self, tasks: &Tasks, place: usize) -> Work {
        let runs = self.runs.partition_point(|run| run.before <= place);
        let run = &self.runs[runs - 1];
        let (realization, part) = (
            (place - run.before) / self.parts(run),
            (place - run.before) % self.parts(run),
        );
        // The quenches come after the windows.
        let mut windows = self.sets[run.set].windows.chunks(run.part);
        let windows = windows.nth(part);
        Work {
            task: tasks.get(run.first + realization),
            quench: windows.is_none(),
            windows: windows.unwrap_or_default().to_vec(),
        }
    }

    /// The predicted seconds of each part.
    pub fn seconds(&self, plan: &Plan) -> impl Iterator<Item = f64> + Clone {
        self.amounts(plan)
            .flat_map(|(seconds, realizations)| repeat_n(seconds, realizations).flatten())
    }

    /// What `amount` makes of the predicted seconds of each part, added up.
    pub fn sum(&self, plan: &Plan, amount: impl Fn(f64) -> u64) -> u64 {
        let of_run = |(seconds, realizations): (Vec<f64>, usize)| {
            let one: u64 = seconds.into_iter().map(&amount).sum();
            one * realizations as u64
        };
        self.amounts(plan).map(of_run).sum()
    }

    /// For each run the predicted seconds of the parts of a realization, and the realizations.
    fn amounts(&self, plan: &Plan) -> impl Iterator<Item = (Vec<f64>, usize)> + Clone {
        self.runs.iter().map(move |run| {
            let set = &self.sets[run.set];
            let parts = set.windows.chunks(run.part);
            let seconds = parts.map(|part| plan.seconds_of(run.sites, part.len()));
            let quench = set.quench.then(|| plan.quench_seconds(run.sites));
            (seconds.chain(quench).collect(), run.realizations)
        })
    }

    fn parts(&self, run: &Run) -> usize {
        parts_of(&self.sets[run.set], run.part)
    }
}

/// Into how many parts of so many windows a realization is cut, the quenches among them.
fn parts_of(set: &Lacking, part: usize) -> usize {
    set.windows.len().div_ceil(part) + usize::from(set.quench)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::check;
    use crate::plan::{Knowledge, Machine, Resources};

    fn plan(sizes: &str, realizations: usize, ranks: usize) -> Plan {
        let deck = format!(
            r#"version = 1
            name = "case"
            output = "out/case"
            [chain]
            sizes = {sizes}
            [disorder]
            strengths = [1.0, 2.0, 4.0]
            realizations = {{ train = {realizations}, test = 2 }}
            seed = 1
            [spectrum]
            energy_densities = {{ from = 0.1, to = 0.7, step = 0.1 }}
            states = 10
            solver = "shift-invert"
            indicators = ["gap_ratio"]
            [quench]
            initial = "neel"
            times = [1.0, 10.0]
            observables = ["imbalance"]"#
        );
        let checked = check::parse(Path::new("case.toml"), deck, &[]).unwrap();
        let resources = Resources {
            machine: Machine {
                host: "test".to_owned(),
                cores: 1,
                memory: 1 << 34,
                free_disk: None,
            },
            ranks,
            ranks_on_node: 1,
        };
        checked.plan(resources, Knowledge::default()).unwrap()
    }

    proptest! {
        /// The runs are the list that one would write down.
        #[test]
        fn runs_are_the_work_in_its_order(
            patterns in prop::collection::vec(0_u8..=255, 1..6),
            lengths in prop::collection::vec(1_usize..9, 1..9),
            ranks in 1_usize..40,
        ) {
            let plan = plan("[12, 14]", 5, ranks);
            let tasks = plan.tasks();
            // The missing windows of each task as bits: some patterns, each for some tasks.
            let runs = (patterns.iter().cycle()).zip(lengths.iter().cycle());
            let bits: Vec<u8> = runs.flat_map(|(&it, &n)| repeat_n(it, n)).take(tasks.len()).collect();
            let all: Vec<Task> = tasks.iter().collect();
            let lacking = |task: &Task| -> Lacking {
                let number = all.iter().position(|it| it == task).unwrap();
                let windows = (0..7).filter(|window| bits[number] >> window & 1 == 1);
                Lacking { windows: windows.collect(), quench: bits[number] >> 7 == 1 }
            };
            let whole: Vec<Task> = all.iter().filter(|task| !lacking(task).is_empty()).copied().collect();
            let of_windows = |task: Task, windows: &[usize]| {
                Work { task, windows: windows.to_vec(), quench: false }
            };
            let of_quench = |task: Task| {
                let work = Work { task, windows: Vec::new(), quench: true };
                lacking(&task).quench.then_some(work)
            };
            let seconds = |work: &Work| work.seconds(&plan);
            let both = |&task: &Task| {
                let windows = lacking(&task).windows;
                let windows = Some(of_windows(task, &windows)).filter(|it| !it.windows.is_empty());
                windows.iter().chain(&of_quench(task)).map(seconds).collect::<Vec<f64>>()
            };
            let total: f64 = whole.iter().flat_map(both).sum();
            let cut = |&task: &Task| -> Vec<Work> {
                let windows = lacking(&task).windows;
                let separable = plan.size(task.sites).separable(windows.len());
                let parts = parts(seconds(&of_windows(task, &windows)), separable, total, ranks);
                let part = windows.len().div_ceil(parts).max(1);
                let windows = windows.chunks(part).map(|windows| of_windows(task, windows));
                windows.chain(of_quench(task)).collect()
            };
            let expected: Vec<Work> = whole.iter().flat_map(cut).collect();

            let missing = Missing::new(&tasks, lacking).cut(&plan, ranks);
            let list: Vec<Work> = (0..missing.len()).map(|it| missing.work(&tasks, it)).collect();
            prop_assert_eq!(&list, &expected);
            prop_assert_eq!(missing.realizations(), whole.len());
            let seconds: Vec<f64> = expected.iter().map(|work| work.seconds(&plan)).collect();
            prop_assert_eq!(missing.seconds(&plan).collect::<Vec<f64>>(), seconds.clone());
            let sum: u64 = seconds.iter().map(|it| (it * 1e6) as u64).sum();
            prop_assert_eq!(missing.sum(&plan, |it| (it * 1e6) as u64), sum);
        }
    }

    /// Every rank holds the list, and a node has a hundred ranks.
    #[test]
    fn a_list_of_a_million_is_small() {
        let plan = plan("[12]", 333_332, 4);
        let tasks = plan.tasks();
        assert_eq!(tasks.len(), 1_000_002);
        let bytes = |missing: Missing| postcard::to_stdvec(&missing).unwrap().len();
        let windows = |windows: Vec<usize>| Lacking {
            windows,
            quench: false,
        };
        let new = Missing::new(&tasks, |_| windows((0..7).collect()));
        assert_eq!(new.len(), 1_000_002);
        assert!(bytes(new.cut(&plan, 4)) < 100);
        // A campaign that was stopped when its first half was done, but for a few.
        let left = |task: &Task| {
            let done = task.realization < 166_666 && !task.realization.is_multiple_of(10_000);
            windows(if done { Vec::new() } else { vec![0, 6] })
        };
        assert!(bytes(Missing::new(&tasks, left)) < 2000);
    }
}
