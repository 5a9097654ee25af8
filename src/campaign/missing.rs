//! The missing work of a campaign, in a form that every rank can hold.
//!
//! Millions of realizations miss the same windows one after the other. A list of such runs is short,
//! and a rank makes of it the work that it has claimed.

use std::collections::HashMap;
use std::iter::repeat_n;

use serde::{Deserialize, Serialize};

use super::work::Work;
use crate::chain::Task;
use crate::plan::{Plan, Tasks, parts};

/// Missing work, the most expensive first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// Sets of windows, as places among the deck's energy densities.
    windows: Vec<Vec<usize>>,
    runs: Vec<Run>,
}

/// Consecutive realizations of one chain length that miss the same windows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Run {
    sites: usize,
    /// The first realization, by its number in the plan.
    first: usize,
    realizations: usize,
    /// The set of windows.
    windows: usize,
    /// The windows of a part; the last part of a realization may have fewer.
    part: usize,
    /// Parts in the list before its own.
    before: usize,
}

impl Missing {
    /// The realizations of which `missing` names windows, each in one part.
    pub fn new(tasks: &Tasks, missing: impl Fn(&Task) -> Vec<usize>) -> Self {
        let mut list = Self::default();
        let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
        for (number, task) in tasks.iter().enumerate() {
            let windows = missing(&task);
            if windows.is_empty() {
                continue;
            }
            let part = windows.len();
            let windows = *known.entry(windows).or_insert_with_key(|windows| {
                list.windows.push(windows.clone());
                list.windows.len() - 1
            });
            let before = list.len();
            match list.runs.last_mut() {
                Some(run)
                    if (run.sites, run.windows) == (task.sites, windows)
                        && run.first + run.realizations == number =>
                {
                    run.realizations += 1;
                }
                _ => list.runs.push(Run {
                    sites: task.sites,
                    first: number,
                    realizations: 1,
                    windows,
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
            let windows = self.windows[run.windows].len();
            let separable = plan.size(run.sites).separable(windows);
            let seconds = plan.seconds_of(run.sites, windows);
            run.part = windows.div_ceil(parts(seconds, separable, total, ranks));
            run.before = before;
            before += run.realizations * windows.div_ceil(run.part);
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
            windows: self.windows.clone(),
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
        let mut windows = self.windows[run.windows].chunks(run.part);
        Work {
            task: tasks.get(run.first + realization),
            windows: windows.nth(part).expect("it has so many parts").to_vec(),
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
            let parts = self.windows[run.windows].chunks(run.part);
            let seconds = parts.map(|part| plan.seconds_of(run.sites, part.len()));
            (seconds.collect(), run.realizations)
        })
    }

    fn parts(&self, run: &Run) -> usize {
        self.windows[run.windows].len().div_ceil(run.part)
    }
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
            indicators = ["gap_ratio"]"#
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
            patterns in prop::collection::vec(0_u8..128, 1..6),
            lengths in prop::collection::vec(1_usize..9, 1..9),
            ranks in 1_usize..40,
        ) {
            let plan = plan("[12, 14]", 5, ranks);
            let tasks = plan.tasks();
            // The missing windows of each task as bits: some patterns, each for some tasks.
            let runs = (patterns.iter().cycle()).zip(lengths.iter().cycle());
            let bits: Vec<u8> = runs.flat_map(|(&it, &n)| repeat_n(it, n)).take(tasks.len()).collect();
            let all: Vec<Task> = tasks.iter().collect();
            let windows = |task: &Task| -> Vec<usize> {
                let number = all.iter().position(|it| it == task).unwrap();
                (0..7).filter(|window| bits[number] >> window & 1 == 1).collect()
            };
            let whole: Vec<Work> = all.iter()
                .map(|&task| Work { task, windows: windows(&task) })
                .filter(|work| !work.windows.is_empty())
                .collect();
            let total: f64 = whole.iter().map(|work| work.seconds(&plan)).sum();
            let cut = |work: &Work| -> Vec<Work> {
                let windows = work.windows.len();
                let separable = plan.size(work.task.sites).separable(windows);
                let parts = parts(work.seconds(&plan), separable, total, ranks);
                let part = |windows: &[usize]| Work { task: work.task, windows: windows.to_vec() };
                work.windows.chunks(windows.div_ceil(parts)).map(part).collect()
            };
            let expected: Vec<Work> = whole.iter().flat_map(cut).collect();

            let missing = Missing::new(&tasks, windows).cut(&plan, ranks);
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
        let new = Missing::new(&tasks, |_| (0..7).collect());
        assert_eq!(new.len(), 1_000_002);
        assert!(bytes(new.cut(&plan, 4)) < 100);
        // A campaign that was stopped when its first half was done, but for a few.
        let left = |task: &Task| {
            let done = task.realization < 166_666 && !task.realization.is_multiple_of(10_000);
            if done { Vec::new() } else { vec![0, 6] }
        };
        assert!(bytes(Missing::new(&tasks, left)) < 2000);
    }
}
