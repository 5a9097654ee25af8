//! A campaign from its first file to its last: prepare, solve, gather.

use super::description::Campaign;
use super::gather;
use super::segment::{self, Cause, Phase, Todo};
use super::solve::Solvers;
use super::work::{Failed, Worker};
use crate::comm::{Communicator, share};
use crate::error::{Error, Result};
use crate::plan::{Plan, Schedule};
use crate::report;
use crate::stop::Stop;
use crate::store::Provenance;

/// Computes what is missing of data.h5. A window that cannot be solved is recorded as failed, and
/// the campaign goes on.
///
/// # Errors
/// [`Error::Unfinished`] when a signal or the time limit stops it before its end. It is an error when a
/// file cannot be read or written, or when data.h5 belongs to another deck. So it is when no window
/// of any realization could be solved.
pub fn generate(
    comm: &dyn Communicator,
    campaign: &Campaign,
    provenance: &Provenance,
    failed: Failed,
    stop: &Stop,
) -> Result<()> {
    let mut solvers = Solvers::new(campaign, comm.rank());
    generate_by(&mut solvers, comm, campaign, provenance, failed, stop)
}

/// The same with another worker, such as one that fails on purpose.
///
/// # Errors
/// As [`generate`].
pub fn generate_by(
    worker: &mut dyn Worker,
    comm: &dyn Communicator,
    campaign: &Campaign,
    provenance: &Provenance,
    failed: Failed,
    stop: &Stop,
) -> Result<()> {
    let plan = campaign.plan;
    stop.set_indivisible(Some("the merge of earlier results"));
    let (realizations, todo) = share(comm, || {
        let (missing, storing) = gather::prepare(campaign, provenance, failed)?;
        let phase = |ranks| {
            let groups = comm.size() / ranks;
            let missing = missing.of_groups(plan, ranks).cut(plan, groups);
            Phase {
                ranks,
                schedule: Schedule::new(missing.seconds(plan), groups),
                missing,
            }
        };
        let phases = plan.group_sizes().into_iter().map(phase).collect();
        Ok((missing.realizations(), Todo { phases, storing }))
    })?;
    stop.set_indivisible(None);
    let segment = segment::run(comm, plan, &todo, worker, stop)?;
    let left = share(comm, || gather::finish(campaign, provenance))?;
    segment.progress.finish(&format!(
        "{} realizations in {}",
        realizations.saturating_sub(left),
        plan.paths.data().display()
    ));
    if left == 0 {
        return Ok(());
    }
    let cause = match segment.stopped {
        Some(Cause::Time { some_done: false }) => return Err(no_time(plan, &todo, stop)),
        Some(Cause::Time { .. }) => "no time is left for another task",
        Some(Cause::Signal) => "a signal stopped the run",
        None => "their results have not reached rank 0 yet",
    };
    Err(Error::Unfinished(format!(
        "unfinished: {left} realizations are missing because {cause}; run the same command again \
         to continue"
    )))
}

/// An error and not [`Error::Unfinished`]: a job that is queued again would meet the same limit.
fn no_time(plan: &Plan, todo: &Todo, stop: &Stop) -> Error {
    let mut missing = todo.phases.iter().map(|phase| &phase.missing);
    let missing = missing.find(|it| it.len() > 0);
    let missing = missing.expect("a task is missing");
    let longest = missing.seconds(plan).next().unwrap_or(0.0);
    Error::Everywhere(format!(
        "no task fits into the time limit: one of L = {} is predicted to take {}, storing results {}, \
         and {} are left; give the run more time",
        missing.work(&plan.tasks(), 0).task.sites,
        report::duration(longest),
        report::duration(todo.storing.seconds(0)),
        report::duration(stop.remaining().unwrap_or(0.0))
    ))
}
