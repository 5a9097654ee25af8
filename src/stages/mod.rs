//! The stages of a run: each reads files and writes files.

mod job;
mod origin;
mod prediction;
mod preview;
mod scaling;
mod training;
mod training_log;

pub use job::{Job, Stale};
pub use prediction::predict;
pub use preview::{Preview, preview};
pub use scaling::scale;
pub use training::train;

use crate::campaign::{self, Campaign, Failed};
use crate::comm::{Communicator, any};
use crate::error::{Error, Result};
use crate::learn::Score;
use crate::plan::Plan;
use crate::report;
use crate::scaling::Results;
use crate::stop::Stop;
use crate::store::Provenance;

/// Runs every stage that the deck describes, then prints the results.
///
/// # Errors
/// The error of the first stage that fails.
pub fn run(job: &Job, comm: &dyn Communicator, failed: Failed, stop: &Stop) -> Result<()> {
    let plan = &job.plan;
    let deck = plan.deck();
    let mut scores = Vec::new();
    let mut results = Results::default();
    if plan.generation.is_some() {
        generate(plan, comm, failed, stop)?;
    }
    if deck.learn.is_some() {
        check_stop(comm, stop, "train")?;
        scores = train(job, comm, stop)?;
    }
    if deck.predict.is_some() {
        check_stop(comm, stop, "predict")?;
        stop.end_on_signal("predict");
        predict(job, comm)?;
    }
    if deck.scaling.is_some() {
        check_stop(comm, stop, "scale")?;
        stop.end_on_signal("scale");
        results = scale(job, comm)?;
    }
    summarize(comm, &scores, &results);
    Ok(())
}

/// Ends the run before `stage` when any rank has to stop.
fn check_stop(comm: &dyn Communicator, stop: &Stop, stage: &str) -> Result<()> {
    if any(
        comm,
        stop.signalled() || !stop.has_time_for(f64::MIN_POSITIVE),
    ) {
        return Err(Error::Unfinished(format!(
            "unfinished: stopped before {stage}; run the same command again to continue"
        )));
    }
    Ok(())
}

/// Prints the results of stages on rank 0.
pub fn summarize(comm: &dyn Communicator, scores: &[Score], scaling: &Results) {
    if comm.rank() > 0 {
        return;
    }
    if !scores.is_empty() {
        report::print(&format!("\n{}", report::scores(scores)));
    }
    if !scaling.fits.is_empty() {
        report::print(&format!("\n{}", report::scaling(&scaling.into())));
    }
}

/// Diagonalizes: data.h5.
///
/// # Errors
/// When the deck has no such stage, and as [`campaign::generate`].
pub fn generate(plan: &Plan, comm: &dyn Communicator, failed: Failed, stop: &Stop) -> Result<()> {
    let campaign = Campaign::new(plan)?;
    let provenance = Provenance::new(plan).with_calibration(plan);
    campaign::generate(comm, &campaign, &provenance, failed, stop)
}
