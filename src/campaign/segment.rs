//! One segment of a campaign: from the first claim of a run to its last result.

use std::collections::BTreeMap;

use super::missing::Missing;
use super::watch::{SHARED, Totals, Watch, milliseconds};
use super::work::Worker;
use crate::comm::{Communicator, set_activity};
use crate::error::{Error, Result};
use crate::plan::{Plan, Schedule, Storing};
use crate::report::Progress;
use crate::stop::Stop;
use crate::store::Journal;

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
#[derive(Clone, Copy)]
pub struct Todo<'a> {
    /// The work, the most expensive first.
    pub missing: &'a Missing,
    /// How it is divided.
    pub schedule: &'a Schedule,
    /// How long it takes to store the results.
    pub storing: Storing,
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
    let missing = todo.missing;
    let total = missing.sum(plan, milliseconds);
    let interval = plan.deck().run.checkpoint.duration;
    let journal = Journal::create(&plan.paths.journals(), comm.rank(), interval)?;
    let progress = Progress::new("generate", total as f64 / 1000.0, comm.rank());
    let shared = comm.counters(SHARED);
    let campaign = Totals {
        tasks: missing.len(),
        ranks: comm.size(),
    };
    let watch = Watch::new(stop, &*shared, journal, progress, campaign);

    let own = solve_chunks(plan, todo, worker, stop, &watch);
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

/// One rank's share of a segment.
#[derive(Default)]
struct Share {
    /// Tasks that it has done.
    done: usize,
    /// Whether it stopped because the next task was not expected to end in time.
    out_of_time: bool,
}

/// Claims and solves chunk after chunk.
fn solve_chunks(
    plan: &Plan,
    todo: &Todo,
    worker: &mut dyn Worker,
    stop: &Stop,
    watch: &Watch,
) -> Share {
    let tasks = plan.tasks();
    let mut share = Share::default();
    let mut warned = false;
    // The largest ratio of measured to predicted seconds, by chain length.
    let mut slowest: BTreeMap<usize, f64> = BTreeMap::new();
    while let Some(chunk) = watch.claim().and_then(|claim| todo.schedule.chunk(claim)) {
        for place in chunk {
            let work = todo.missing.work(&tasks, place);
            let predicted = work.seconds(plan);
            if watch.interrupted() {
                return share;
            }
            let ratio = slowest.entry(work.task.sites).or_insert(1.0);
            let storing = todo.storing.seconds(watch.results());
            if !stop.has_time_for(predicted * *ratio + storing) {
                share.out_of_time = true;
                return share;
            }
            set_activity(Some(&work.task));
            let Some(record) = worker.solve(&work, &|| watch.interrupted()) else {
                return share;
            };
            let measured = record.account.seconds.without_preparation();
            *ratio = ratio.max(measured / predicted.max(f64::MIN_POSITIVE));
            if let Some((_, Err(reason))) = record.windows.iter().find(|(_, it)| it.is_err())
                && !warned
            {
                // Thousands of such lines would hide all others.
                log::warn!(
                    "{}: {reason}; it is recorded as failed, and further failures of this rank are \
                     only counted",
                    work.task
                );
                warned = true;
            }
            watch.keep(&record, predicted);
            share.done += 1;
        }
    }
    share
}
