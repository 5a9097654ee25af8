//! Finite-size scaling: from data.h5, predictions.h5, other result files and tables to scaling.json
//! and scaling.h5.

use std::fs;
use std::path::{Path, PathBuf};

use super::job::Job;
use super::origin::{check_data, check_foreign_predictions, check_predictions};
use crate::comm::{Communicator, share};
use crate::deck::Source;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::report;
use crate::scaling::{self, Input, Origin, Results, Workers, data};
use crate::store::{FileType, Provenance, read, read_any};
use crate::threads::set_threads;

/// Scales data, predictions and tables: scaling.json and scaling.h5.
///
/// # Errors
/// When the deck has no such stage, a source has too few data or does not belong to the deck, or a
/// file cannot be read or written.
pub fn scale(job: &Job, comm: &dyn Communicator) -> Result<Results> {
    let plan = &job.plan;
    let Some(deck) = &plan.deck().scaling else {
        return Err(Error::not_described("scale", "[scaling]"));
    };
    // A deck that scales a table needs no data.h5, so the directory may be missing.
    share(comm, || {
        let root = plan.paths.root();
        fs::create_dir_all(root).map_err(|error| Error::file("create", root, error))
    })?;
    // A fit is too short to be shared among threads, so each thread makes fits of its own.
    let threads = plan.deck().run.threads;
    let workers = Workers::new(comm, threads)?;
    set_threads(1);
    share(comm, || refuse_repeated(plan, &deck.sources))?;
    let provenance = Provenance::new(plan);
    let mut progress = report::Progress::new("scale", deck.sources.len() as f64, comm.rank());
    let mut results = Results::default();
    for (done, source) in deck.sources.iter().enumerate() {
        progress.show(done as f64, || format!("{} data", source.name()));
        let (input, origin) = share(comm, || input(job, source))?;
        results.sources.push(origin);
        results.extend(
            scaling::scale(&workers, deck, &job.methods, source, &input)
                .map_err(Error::on_all_ranks)?,
        );
    }
    set_threads(threads);
    share(comm, || {
        scaling::write(&plan.paths.scaling(), &provenance, &results)?;
        scaling::write_arrays(&plan.paths.scaling_arrays(), &provenance, &results)
    })?;
    progress.finish(&format!(
        "{} fits in {}",
        results.fits.len(),
        plan.paths.scaling().display()
    ));
    Ok(results)
}

/// Refuses two names for one file, whose data would count twice.
///
/// # Errors
/// [`Error::Refused`] with both names.
pub fn refuse_repeated(plan: &Plan, sources: &[Source]) -> Result<()> {
    // A file that is not there is another stage's error.
    let files: Vec<Option<PathBuf>> = sources
        .iter()
        .map(|source| std::fs::canonicalize(path_of(plan, source)).ok())
        .collect();
    for (later, file) in files.iter().enumerate() {
        let first = files[..later].iter().position(|known| known == file);
        if let Some(first) = first.filter(|_| file.is_some()) {
            return Err(Error::Refused(format!(
                "scaling.sources: \"{}\" and \"{}\" are the same file; name it once",
                sources[first].name(),
                sources[later].name()
            )));
        }
    }
    Ok(())
}

/// The data of a source, and which numbers they are.
///
/// # Errors
/// When the file cannot be read, or does not belong to the deck.
pub fn input(job: &Job, source: &Source) -> Result<(Input, Origin)> {
    let path = path_of(&job.plan, source);
    let contents = match source {
        Source::Exact => {
            let contents = read(&path, FileType::Data)?;
            check_data(job, &path, &contents)?;
            contents
        }
        Source::Predicted => {
            let contents = read(&path, FileType::Predictions)?;
            check_predictions(job, &path, &contents.attributes)?;
            contents
        }
        Source::Results(_) => {
            let (_, contents) = read_any(&path)?;
            check_foreign_predictions(job, &path, &contents.attributes)?;
            contents
        }
        Source::Table(_) => {
            let (table, identity) = data::read(&path)?;
            return Ok((Input::Means(table), Origin::of_table(source, &identity)));
        }
    };
    let origin = Origin::of_results(source, &contents);
    Ok((Input::Realizations(contents.tables), origin))
}

/// The file of a source.
pub fn path_of(plan: &Plan, source: &Source) -> PathBuf {
    match source {
        Source::Exact => plan.paths.data(),
        Source::Predicted => plan.paths.predictions(),
        Source::Results(name) | Source::Table(name) => plan.source.file(Path::new(name)),
    }
}
