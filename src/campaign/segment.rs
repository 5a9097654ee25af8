//! One segment of a campaign: from the first claim of a run to its last result.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::missing::Missing;
use super::watch::{Totals, Watch, milliseconds, shared_numbers};
use super::work::Worker;
use crate::comm::{Alone, Communicator, Group, set_activity, share};
use crate::error::{Error, Result};
use crate::plan::{Plan, Schedule, Storing};
use crate::report::Progress;
use crate::stop::Stop;
use crate::store::{Journal, Record};

/// How a segment ended, the same on every rank.
pub struct Outcome {
    /// The display, to be finished when the results are gathered.
    pub progress: Progress,
    /// What stopped it before the last task, if anything did.
    pub stopped: Option<Cause>,
}

/// What stops a segment before its last task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cause {
    /// A signal.
    Signal,
    /// The time limit: the next task was not expected to end in time.
    Time {
        /// Whether any task was done before.
        some_done: bool,
    },
}

/// What a segment is about to do, the same on every rank.
#[derive(Serialize, Deserialize)]
pub struct Todo {
    /// The work by the ranks that solve a realization together, the most ranks first.
    pub phases: Vec<Phase>,
    /// How long it takes to store the results.
    pub storing: Storing,
}

/// The work of groups of so many ranks.
#[derive(Serialize, Deserialize)]
pub struct Phase {
    /// Ranks of a group.
    pub ranks: usize,
    /// The work, the most expensive first.
    pub missing: Missing,
    /// How it is divided.
    pub schedule: Schedule,
}

/// Solves what is missing, as much of it as there is time for, on all ranks.
///
/// # Errors
/// [`Error::Everywhere`] when a rank could not write its results. That rank logs which file.
pub fn run(
    comm: &dyn Communicator,
    plan: &Plan,
    todo: &Todo,
    worker: &mut dyn Worker,
    stop: &Stop,
) -> Result<Outcome> {
    let missing = || todo.phases.iter().map(|phase| &phase.missing);
    let total: u64 = missing().map(|it| it.sum(plan, milliseconds)).sum();
    let interval = plan.deck().run.checkpoint.duration;
    let journal = Journal::create(&plan.paths.journals(), comm.rank(), interval)?;
    let progress = Progress::new("generate", total as f64 / 1000.0, comm.rank());
    // Before the counters: the ranks reach a later phase at different times.
    let groups = todo.phases.iter().map(|phase| comm.group(phase.ranks));
    let groups: Vec<Group> = groups.collect();
    let numbers = shared_numbers(todo.phases.len());
    let shared = comm.counters(numbers);
    let campaign = Totals {
        tasks: missing().map(Missing::len).sum(),
        ranks: comm.size(),
        numbers,
    };
    let watch = Watch::new(stop, &*shared, journal, progress, campaign);

    let mut own = Own::default();
    let mut run = Run {
        plan,
        todo,
        stop,
        watch: &watch,
        worker,
    };
    for (phase, group) in groups.iter().enumerate() {
        if !run.solve(phase, group, &mut own) {
            break;
        }
    }
    set_activity(None);
    let ended = watch.end();
    if let Err(error) = &ended {
        log::error!("{error}");
    }
    // Every rank reaches this line, also after an error: nothing above waits for another rank.
    shared.close();
    let flag = |set: bool| f64::from(u8::from(set));
    let mut sums = [
        own.done as f64,
        flag(own.out_of_time),
        flag(stop.signalled()),
        flag(ended.is_err()),
    ];
    comm.sum(&mut sums);
    let [done, out_of_time, signalled, failed] = sums;
    let progress = match ended {
        Ok(progress) if failed == 0.0 => progress,
        _ => {
            return Err(Error::Everywhere(format!(
                "{failed} of {} ranks could not write their results; the results in {} are safe; \
                 make room on the disk, then run the same command again",
                comm.size(),
                plan.paths.root().display()
            )));
        }
    };
    let stopped = if signalled > 0.0 {
        Some(Cause::Signal)
    } else if out_of_time > 0.0 {
        Some(Cause::Time {
            some_done: done > 0.0,
        })
    } else {
        None
    };
    Ok(Outcome { progress, stopped })
}

/// What a rank has done of a segment.
#[derive(Default)]
struct Own {
    /// Tasks that its group has done, if it leads one.
    done: usize,
    /// Whether it stopped because the next task was not expected to end in time.
    out_of_time: bool,
    /// Whether it has warned of a task that failed.
    warned: bool,
}

/// One rank in a segment.
struct Run<'r> {
    plan: &'r Plan,
    todo: &'r Todo,
    stop: &'r Stop,
    watch: &'r Watch<'r>,
    worker: &'r mut dyn Worker,
}

impl Run<'_> {
    /// Claims and solves chunk after chunk of a phase, together with the group. Returns whether there is
    /// time for the next phase. The first rank of a group claims the work and keeps the results.
    fn solve(&mut self, phase: usize, group: &Group, own: &mut Own) -> bool {
        let tasks = self.plan.tasks();
        let missing = &self.todo.phases[phase].missing;
        let leads = group.rank() == 0;
        let mut places = Places::new(phase);
        loop {
            let next =
                share(&**group, || Ok(places.next(self))).expect("the first rank has no error");
            let Next::Task(place) = next else {
                own.out_of_time |= next == Next::NoTime;
                return next == Next::End;
            };
            let work = missing.work(&tasks, place);
            let predicted = work.seconds(self.plan);
            set_activity(Some(&work.task));
            let interrupt = || self.watch.interrupted(&**group);
            let Some(record) = self.worker.solve(&work, group, &interrupt) else {
                return false;
            };
            if leads {
                places.measured(&record, predicted);
                warn_of_failure(&record, own);
                self.watch.keep(&record, predicted);
                self.worker.end_search(&mut || self.watch.store());
                own.done += 1;
            }
        }
    }
}

/// What a group does next.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Next {
    /// The task at this place of the list.
    Task(usize),
    /// Nothing: the phase is over.
    End,
    /// Nothing: the campaign is halted.
    Halt,
    /// Nothing: the next task is not expected to end in time.
    NoTime,
}

/// The places in the list of a phase that a group claims.
struct Places {
    phase: usize,
    chunk: Range<usize>,
    /// The largest ratio of measured to predicted seconds, by chain length.
    slowest: BTreeMap<usize, f64>,
}

impl Places {
    fn new(phase: usize) -> Self {
        Self {
            phase,
            chunk: 0..0,
            slowest: BTreeMap::new(),
        }
    }

    fn next(&mut self, run: &Run) -> Next {
        let phase = &run.todo.phases[self.phase];
        if self.chunk.is_empty() {
            match run.watch.claim(self.phase) {
                None => return Next::Halt,
                Some(claim) => match phase.schedule.chunk(claim) {
                    None => return Next::End,
                    Some(chunk) => self.chunk = chunk,
                },
            }
        }
        if run.watch.interrupted(&Alone) {
            return Next::Halt;
        }
        let place = self.chunk.start;
        let work = phase.missing.work(&run.plan.tasks(), place);
        let ratio = self.slowest.get(&work.task.sites).copied().unwrap_or(1.0);
        let storing = run.todo.storing.seconds(run.watch.results());
        if !(run.stop).has_time_for(work.seconds(run.plan) * ratio + storing) {
            return Next::NoTime;
        }
        self.chunk.start += 1;
        Next::Task(place)
    }

    /// Learns how long a task has taken.
    fn measured(&mut self, record: &Record, predicted: f64) {
        let measured = record.account.seconds.without_preparation();
        let ratio = self.slowest.entry(record.task.sites).or_insert(1.0);
        *ratio = ratio.max(measured / predicted.max(f64::MIN_POSITIVE));
    }
}

/// Warns of the first task that failed. Thousands of such lines would hide all others.
fn warn_of_failure(record: &Record, own: &mut Own) {
    if let Some(reason) = record.failures().next()
        && !own.warned
    {
        log::warn!(
            "{}: {reason}; it is recorded as failed, and further failures of this rank are only \
             counted",
            record.task
        );
        own.warned = true;
    }
}
