//! Generating data: which rank solves what, and what becomes of the results.
//!
//! All ranks hold the same list of work, dearest first, and claim chunks of it through shared
//! counters: a rank that is free takes the next, and no rank is spent on handing out work. Each
//! rank writes what it finds to its own journal; rank 0 gathers the journals into data.h5 at the
//! end, and at the start of the next run whatever an interrupted one has left.

mod gather;
mod knowledge;
mod segment;
mod solve;
mod watch;
mod work;

pub use gather::accepts_data;
pub use knowledge::knowledge;
pub use work::{Failed, Work, Worker};

use crate::comm::{Communicator, share};
use crate::error::{Error, Result};
use crate::plan::{Plan, Schedule, parts};
use crate::report;
use crate::stop::Stop;
use crate::store::Provenance;
use segment::Left;
use solve::Solvers;

/// Computes what is missing of data.h5. A window that cannot be solved is recorded as failed, and
/// the campaign goes on.
///
/// # Errors
/// [`Error::Unfinished`] when it was asked to stop before the end. When a file cannot be read or
/// written, when data.h5 belongs to another deck, or when no window of any realization could be
/// solved.
pub fn generate(
    comm: &dyn Communicator,
    plan: &Plan,
    provenance: &Provenance,
    failed: Failed,
    stop: &Stop,
) -> Result<()> {
    let mut solvers = Solvers::new(plan, comm.rank());
    generate_by(&mut solvers, comm, plan, provenance, failed, stop)
}

/// The same with another worker, such as one that fails on purpose.
///
/// # Errors
/// As [`generate`].
pub fn generate_by(
    worker: &mut dyn Worker,
    comm: &dyn Communicator,
    plan: &Plan,
    provenance: &Provenance,
    failed: Failed,
    stop: &Stop,
) -> Result<()> {
    let (realizations, missing, schedule) = share(comm, || {
        let missing = gather::prepare(plan, provenance, failed)?;
        let realizations = missing.len();
        let missing = cut(missing, plan, comm.size());
        let seconds = missing.iter().map(|work| work.seconds(plan));
        let schedule = Schedule::new(seconds, comm.size());
        Ok((realizations, missing, schedule))
    })?;
    let segment = segment::run(comm, plan, &missing, &schedule, worker, stop)?;
    let (solved, left) = share(comm, || {
        let left = gather::finish(plan, provenance)?;
        Ok((realizations.saturating_sub(left), left))
    })?;
    let data = plan.paths.data();
    segment
        .progress
        .finish(&format!("{solved} realizations in {}", data.display()));
    if left == 0 {
        return Ok(());
    }
    let why = match segment.left {
        Some(Left::Time { some_done: false }) => return Err(no_time(plan, &missing, stop)),
        Some(Left::Time { .. }) => "no time is left for another",
        Some(Left::Signal) => "a signal asked to stop",
        None => "their results have not reached rank 0 yet",
    };
    Err(Error::Unfinished(format!(
        "unfinished: {left} realizations are missing, {why}; run the same command again to go on"
    )))
}

/// Cuts realizations into parts of some windows each, where there are few of them for each rank.
fn cut(missing: Vec<Work>, plan: &Plan, ranks: usize) -> Vec<Work> {
    let total: f64 = missing.iter().map(|work| work.seconds(plan)).sum();
    let cut = |work: Work| {
        let windows = work.windows.len();
        let separable = plan.size(work.task.sites).separable(windows);
        let parts = parts(work.seconds(plan), separable, total, ranks);
        let part = |windows: &[usize]| Work {
            task: work.task,
            windows: windows.to_vec(),
        };
        let parts = work.windows.chunks(windows.div_ceil(parts)).map(part);
        parts.collect::<Vec<Work>>()
    };
    missing.into_iter().flat_map(cut).collect()
}

/// A time limit in which nothing can be done would be met again and again.
fn no_time(plan: &Plan, missing: &[Work], stop: &Stop) -> Error {
    let longest = missing.first().map_or(0.0, |work| work.seconds(plan));
    Error::Everywhere(format!(
        "no task fits into the time limit: one of L = {} is predicted to take {}, and {} were left \
         for it; give the run more time",
        missing.first().map_or(0, |work| work.task.sites),
        report::duration(longest),
        report::duration(stop.left().unwrap_or(0.0))
    ))
}
