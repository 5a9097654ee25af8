//! Finite-size scaling: from data.h5, predictions.h5, those of others, and tables to scaling.json.

use std::path::{Path, PathBuf};

use super::errors::{everywhere, not_described};
use crate::comm::{Communicator, share};
use crate::deck::Source;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::report;
use crate::scaling::{self, Input, Method, Results, Workers, data};
use crate::store::{FileType, read, read_any};
use crate::threads::set_threads;

/// Scales data, predictions and tables: scaling.json.
///
/// # Errors
/// When the deck has no such stage, a source is missing or does not suffice, or the result cannot
/// be written.
pub fn scale(plan: &Plan, comm: &dyn Communicator) -> Result<Results> {
    let Some(deck) = &plan.deck().scaling else {
        return Err(not_described("scale", "[scaling]"));
    };
    // A table needs no data.h5: the directory may not be there yet.
    share(comm, || {
        let root = plan.paths.root();
        std::fs::create_dir_all(root).map_err(|error| Error::file("create", root, error))
    })?;
    // One fit is too little for several threads: each makes fits of its own.
    let threads = plan.deck().run.threads;
    let workers = Workers::new(comm, threads)?;
    set_threads(1);
    let methods: Vec<&Method> = deck
        .methods
        .iter()
        .filter_map(|name| scaling::method(name))
        .collect();
    let mut progress = report::Progress::new("scale", deck.sources.len() as f64, comm.rank());
    let mut results = Results::default();
    for (done, source) in deck.sources.iter().enumerate() {
        progress.show(done as f64, || format!("{} data", source.name()));
        let input = share(comm, || input(plan, source))?;
        results
            .extend(scaling::scale(&workers, deck, &methods, source, &input).map_err(everywhere)?);
    }
    set_threads(threads);
    share(comm, || {
        scaling::write(&plan.paths.scaling(), &plan.source.text, &results)?;
        scaling::write_arrays(&plan.paths.scaling_arrays(), &plan.source.text, &results)
    })?;
    progress.finish(&format!(
        "{} fits in {}",
        results.fits.len(),
        plan.paths.scaling().display()
    ));
    Ok(results)
}

/// What a source holds.
fn input(plan: &Plan, source: &Source) -> Result<Input> {
    let tables = |path: PathBuf, file_type| Ok(Input::Realizations(read(&path, file_type)?.tables));
    match source {
        Source::Exact => tables(plan.paths.data(), FileType::Data),
        Source::Predicted => tables(plan.paths.predictions(), FileType::Predictions),
        Source::Results(name) => {
            let (_, contents) = read_any(&found(name, &plan.source.path))?;
            Ok(Input::Realizations(contents.tables))
        }
        Source::Table(name) => Ok(Input::Means(data::read(&found(name, &plan.source.path))?)),
    }
}

/// A file from where the program is started, as `output` is, or else beside the deck.
fn found(name: &str, deck: &Path) -> PathBuf {
    let here = PathBuf::from(name);
    let beside = deck.with_file_name(name);
    if !here.exists() && beside.exists() {
        return beside;
    }
    here
}
