//! The stages of a run, each from files to files.

mod errors;
mod learning;
mod scaling;
mod training_log;

pub use learning::{predict, train};
pub use scaling::scale;

use crate::campaign::{self, Failed};
use crate::comm::Communicator;
use crate::error::{Error, Result};
use crate::learn::Score;
use crate::plan::Plan;
use crate::report;
use crate::scaling::Results;
use crate::stop::Stop;
use crate::store::Provenance;
use errors::not_described;

/// Runs every stage that the deck describes, then says what came of it.
///
/// # Errors
/// What the first failing stage meets.
pub fn run(plan: &Plan, comm: &dyn Communicator, failed: Failed, stop: &Stop) -> Result<()> {
    let deck = plan.deck();
    let mut scores = Vec::new();
    let mut results = Results::default();
    if deck.spectrum.is_some() {
        generate(plan, comm, failed, stop)?;
    }
    if deck.learn.is_some() {
        go_on(comm, stop, "train")?;
        scores = train(plan, comm, stop)?;
    }
    if deck.predict.is_some() {
        go_on(comm, stop, "predict")?;
        stop.unheard();
        predict(plan, comm)?;
    }
    if deck.scaling.is_some() {
        go_on(comm, stop, "scale")?;
        stop.unheard();
        results = scale(plan, comm)?;
    }
    summarize(comm, &scores, &results);
    Ok(())
}

/// Whether the next stage may begin: not once a rank was asked to stop.
fn go_on(comm: &dyn Communicator, stop: &Stop, stage: &str) -> Result<()> {
    let over = stop.asked() || !stop.leaves(f64::MIN_POSITIVE);
    let mut asked = [f64::from(u8::from(over))];
    comm.sum(&mut asked);
    if asked == [0.0] {
        return Ok(());
    }
    Err(Error::Unfinished(format!(
        "unfinished: stopped before {stage}; run the same command again to go on"
    )))
}

/// Prints the results of stages on rank 0.
pub fn summarize(comm: &dyn Communicator, scores: &[Score], scaling: &Results) {
    if comm.rank() > 0 {
        return;
    }
    if !scores.is_empty() {
        report::say(&format!("\n{}", report::scores(scores)));
    }
    if !scaling.fits.is_empty() {
        report::say(&format!("\n{}", report::scaling(scaling)));
    }
}

/// Diagonalizes: data.h5.
///
/// # Errors
/// When the deck has no such stage, and what [`campaign::generate`] meets.
pub fn generate(plan: &Plan, comm: &dyn Communicator, failed: Failed, stop: &Stop) -> Result<()> {
    if plan.deck().spectrum.is_none() {
        return Err(not_described(
            "generate",
            "[chain], [disorder] and [spectrum]",
        ));
    }
    let provenance = Provenance::new(plan).with_calibration(plan);
    campaign::generate(comm, plan, &provenance, failed, stop)
}
