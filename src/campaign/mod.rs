//! Generating data: which rank solves what, and what becomes of the results.
//!
//! All ranks hold the same list of tasks, dearest first, and take from it through one shared
//! counter: a rank that is free takes the next, and no rank is spent on handing out work. Each rank
//! writes what it finds to its own journal; rank 0 gathers the journals into data.h5 at the end,
//! and at the start of the next run whatever an interrupted one has left.

mod gather;
mod solve;

use crate::comm::{Communicator, share};
use crate::error::Result;
use crate::plan::{Plan, Task};
use crate::report::Progress;
use crate::store::{Journal, Provenance};
use solve::Solvers;

/// What becomes of realizations that an earlier run could not solve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// They stay failed: the same program would fail again.
    Keep,
    /// They are solved again.
    TryAgain,
}

/// Computes what is missing of data.h5. A window that cannot be solved is recorded as failed, and
/// the campaign goes on.
///
/// # Errors
/// When a file cannot be read or written, when data.h5 belongs to another deck, or when no window of
/// any realization could be solved.
pub fn generate(
    comm: &dyn Communicator,
    plan: &Plan,
    provenance: &Provenance,
    failed: Failed,
) -> Result<()> {
    let missing = share(comm, || gather::prepare(plan, provenance, failed))?;
    let journals = plan.paths.journals();
    let interval = plan.deck().run.checkpoint_interval();
    let mut journal = Journal::create(&journals, comm.rank(), interval)?;
    let mut solvers = Solvers::new(plan);
    let cost_before = costs(plan, &missing);
    let total = cost_before.last().copied().unwrap_or(0.0);
    let mut progress = Progress::new("generate", total, comm.rank());

    let mut warned = false;
    let next = comm.counter();
    loop {
        let taken = next.take(1) as usize;
        let Some(task) = missing.get(taken) else {
            break;
        };
        progress.show(cost_before[taken], || {
            format!(
                "task {} of {}, L = {}",
                taken + 1,
                missing.len(),
                task.sites
            )
        });
        let record = solvers.solve(task);
        if let Some(Err(reason)) = record.windows.iter().find(|window| window.is_err())
            && !warned
        {
            // One is news; a thousand more would bury it.
            log::warn!("{task}: {reason}; recorded as failed; more of this rank are only counted");
            warned = true;
        }
        journal.append(&record)?;
    }
    journal.secure()?;
    next.close();
    comm.barrier();
    share(comm, || gather::finish(plan, provenance))?;
    progress.finish(&format!(
        "{} realizations in {}",
        missing.len(),
        plan.paths.data().display()
    ));
    Ok(())
}

/// The predicted cost of all tasks before each, and of all.
fn costs(plan: &Plan, tasks: &[Task]) -> Vec<f64> {
    let mut sum = 0.0;
    let before = tasks.iter().map(|task| {
        let before = sum;
        sum += plan.size(task.sites).seconds();
        before
    });
    let mut all: Vec<f64> = before.collect();
    all.push(sum);
    all
}
