//! Finite-size scaling: from data.h5 and predictions.h5 to scaling.json.

use super::{everywhere, not_described};
use crate::comm::{Communicator, share};
use crate::deck::Source;
use crate::error::Result;
use crate::plan::Plan;
use crate::report;
use crate::scaling::{self, Fit};
use crate::store::{FileType, read};

/// Scales data and predictions: scaling.json.
///
/// # Errors
/// When the deck has no such stage, a source is missing or does not suffice, or the result cannot
/// be written.
pub fn scale(plan: &Plan, comm: &dyn Communicator) -> Result<Vec<Fit>> {
    let Some(deck) = &plan.deck().scaling else {
        return Err(not_described("scale", "[scaling]"));
    };
    let mut progress = report::Progress::new("scale", deck.sources.len() as f64, comm.rank());
    let mut fits = Vec::new();
    for (done, &source) in deck.sources.iter().enumerate() {
        progress.show(done as f64, || format!("{} data", source.name()));
        let tables = share(comm, || {
            let contents = match source {
                Source::Exact => read(&plan.paths.data(), FileType::Data),
                Source::Predicted => read(&plan.paths.predictions(), FileType::Predictions),
            };
            Ok(contents?.tables)
        })?;
        fits.extend(scaling::scale(comm, deck, source, &tables).map_err(everywhere)?);
    }
    share(comm, || {
        scaling::write(&plan.paths.scaling(), &plan.source.text, &fits)
    })?;
    progress.finish(&format!(
        "{} fits in {}",
        fits.len(),
        plan.paths.scaling().display()
    ));
    Ok(fits)
}
