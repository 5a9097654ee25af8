//! One segment of a campaign: from the first claim to the last result, or to the wish to stop.

use std::collections::BTreeMap;

use super::watch::{SHARED, Watch, milliseconds};
use super::work::{Work, Worker};
use crate::comm::{Communicator, doing};
use crate::error::{Error, Result};
use crate::plan::{Plan, Schedule};
use crate::report::Progress;
use crate::stop::Stop;
use crate::store::Journal;

/// What came of a segment, the same on every rank.
pub struct Outcome {
    /// The display, to be finished when the results are gathered.
    pub progress: Progress,
    /// Why work is left, if any is.
    pub left: Option<Left>,
}

/// Why work is left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Left {
    /// A signal came.
    Signal,
    /// A task was not begun because it was not expected to end in time.
    Time {
        /// Whether any task was done before.
        some_done: bool,
    },
}

/// Solves what `missing` lists, as much of it as there is time for, on all ranks.
///
/// # Errors
/// [`Error::Everywhere`] when a rank could not write its results; that rank says which file.
pub fn run(
    comm: &dyn Communicator,
    plan: &Plan,
    missing: &[Work],
    schedule: &Schedule,
    worker: &mut dyn Worker,
    stop: &Stop,
) -> Result<Outcome> {
    let predicted: Vec<f64> = missing.iter().map(|work| work.seconds(plan)).collect();
    let total: u64 = predicted.iter().copied().map(milliseconds).sum();
    let interval = plan.deck().run.checkpoint.duration;
    let journal = Journal::create(&plan.paths.journals(), comm.rank(), interval)?;
    let progress = Progress::new("generate", total as f64 / 1000.0, comm.rank());
    let shared = comm.counters(SHARED);
    let watch = Watch::new(stop, &*shared, journal, progress, missing.len());

    let (done, out_of_time) = work_off(missing, &predicted, schedule, worker, stop, &watch);
    doing(None);
    let ended = watch.end();
    if let Err(error) = &ended {
        log::error!("{error}");
    }
    // Every rank comes here, whatever it has met: nothing above waits for another one.
    shared.close();
    let mut sums = [
        done as f64,
        f64::from(u8::from(out_of_time)),
        f64::from(u8::from(stop.asked())),
        f64::from(u8::from(ended.is_err())),
    ];
    comm.sum(&mut sums);
    let [done, out_of_time, signalled, failed] = sums;
    let progress = match ended {
        Ok(progress) if failed == 0.0 => progress,
        _ => {
            return Err(Error::Everywhere(format!(
                "{failed} of {} ranks could not write their results; what is in {} is safe: see to \
                 the disk, then run the same command again",
                comm.size(),
                plan.paths.root().display()
            )));
        }
    };
    let left = if signalled > 0.0 {
        Some(Left::Signal)
    } else if out_of_time > 0.0 {
        Some(Left::Time {
            some_done: done > 0.0,
        })
    } else {
        None
    };
    Ok(Outcome { progress, left })
}

/// One rank's share: chunk after chunk. Returns how many tasks it has done, and whether it stopped
/// because the next was not expected to end in time.
fn work_off(
    missing: &[Work],
    predicted: &[f64],
    schedule: &Schedule,
    worker: &mut dyn Worker,
    stop: &Stop,
    watch: &Watch,
) -> (usize, bool) {
    let mut done = 0;
    let mut warned = false;
    // Of each chain length the longest that it has taken, over what was predicted.
    let mut slowest: BTreeMap<usize, f64> = BTreeMap::new();
    while let Some(chunk) = watch.claim().and_then(|claim| schedule.chunk(claim)) {
        for place in chunk {
            let (work, predicted) = (&missing[place], predicted[place]);
            if watch.interrupted() {
                return (done, false);
            }
            let factor = slowest.entry(work.task.sites).or_insert(1.0);
            if !stop.leaves(predicted * *factor) {
                return (done, true);
            }
            doing(Some(&work.task));
            let Some(record) = worker.solve(work, &|| watch.interrupted()) else {
                return (done, false);
            };
            let taken = record.account.seconds.without_preparation();
            *factor = factor.max(taken / predicted.max(f64::MIN_POSITIVE));
            if let Some((_, Err(reason))) = record.windows.iter().find(|(_, it)| it.is_err())
                && !warned
            {
                // One is news; a thousand more would bury it.
                log::warn!(
                    "{}: {reason}; recorded as failed; more of this rank are only counted",
                    work.task
                );
                warned = true;
            }
            watch.keep(&record, predicted);
            done += 1;
        }
    }
    (done, false)
}
