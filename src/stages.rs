//! The stages of a run, each from files to files.

use faer::Par;

use crate::campaign;
use crate::comm::Communicator;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::store::Provenance;

/// Runs every stage that the deck describes.
///
/// # Errors
/// What the first failing stage meets.
pub fn run(plan: &Plan, comm: &dyn Communicator) -> Result<()> {
    let deck = plan.deck();
    if deck.spectrum.is_some() {
        generate(plan, comm)?;
    }
    Ok(())
}

/// Tells the libraries how many threads a rank has.
pub fn set_threads(threads: usize) {
    faer::set_global_parallelism(if threads == 1 {
        Par::Seq
    } else {
        Par::rayon(threads)
    });
}

/// Diagonalizes: data.h5.
///
/// # Errors
/// When the deck has no such stage, and what [`campaign::generate`] meets.
pub fn generate(plan: &Plan, comm: &dyn Communicator) -> Result<()> {
    if plan.deck().spectrum.is_none() {
        return Err(missing("generate", "[chain], [disorder] and [spectrum]"));
    }
    campaign::generate(comm, plan, &Provenance::new(plan))
}

fn missing(stage: &str, tables: &str) -> Error {
    Error::Everywhere(format!(
        "the deck does not describe {stage}; it needs {tables}"
    ))
}
pub fn train(_: &Plan, _: &dyn Communicator) -> Result<()> {
    todo!()
}
pub fn predict(_: &Plan, _: &dyn Communicator) -> Result<()> {
    todo!()
}
pub fn scale(_: &Plan, _: &dyn Communicator) -> Result<()> {
    todo!()
}
