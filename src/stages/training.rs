//! Training: from data.h5 to networks, their scores, and what a study found.

use super::job::Job;
use super::training_log::Log;
use crate::comm::{Communicator, share};
use crate::deck::Split;
use crate::error::{Error, Result};
use crate::learn::{self, Checkpoints, Score};
use crate::stop::Stop;
use crate::store::{FileType, Provenance, Table, read};

/// Trains the ensemble and scores it on the test data: models/, training.jsonl, evaluation.json, and
/// study.json if the deck has a study. Returns the scores at the energy density of the deck.
///
/// # Errors
/// [`Error::Unfinished`] when a signal or the time limit stops it before its end. An error when the
/// deck has no such stage, data are missing, the training diverges, or a result cannot be written.
pub fn train(job: &Job, comm: &dyn Communicator, stop: &Stop) -> Result<Vec<Score>> {
    let plan = &job.plan;
    let (Some(deck), Some(architecture)) = (&plan.deck().learn, &job.architecture) else {
        return Err(Error::not_described("train", "[learn]"));
    };
    let provenance = Provenance::new(plan);
    let path = deck.data.clone().unwrap_or_else(|| plan.paths.data());
    let tables = share(comm, || Ok(read(&path, FileType::Data)?.tables))?;
    let energy_density = plan
        .deck()
        .learned_energy_density()
        .or_else(|| nearest_middle(&tables))
        .ok_or_else(|| Error::Everywhere(format!("{} holds no data", path.display())))?;

    let checkpoints = Checkpoints::new(&plan.paths.models().join("unfinished"));
    // Errors in data name their file.
    let of_file = |error| match error {
        Error::Refused(reason) => Error::Everywhere(format!("{}: {reason}", path.display())),
        other => other.on_all_ranks(),
    };
    let mut log = Log::new(plan, &provenance, comm, stop, &checkpoints)?;
    let outcome = learn::train(comm, deck, architecture, energy_density, &tables, &mut log)
        .map_err(of_file)?;
    let progress = log.finish()?;

    let ensemble = outcome.ensemble;
    let tests: Vec<Table> = tables
        .into_iter()
        .filter(|table| table.split == Split::Test)
        .collect();
    let scores = learn::evaluate(comm, &ensemble, &tests).map_err(of_file)?;
    let features = learn::features(comm, &ensemble, &tests).map_err(Error::on_all_ranks)?;
    share(comm, || {
        let mut entries = provenance.entries();
        entries.insert("deck_name".to_owned(), plan.deck().name.clone());
        entries.extend([learn::scores_entry(&scores)]);
        ensemble.save(&plan.paths.models(), &entries)?;
        let description = &ensemble.description;
        let path = plan.paths.evaluation();
        learn::write_evaluation(&path, &provenance, description, &scores, &features)?;
        if !outcome.findings.is_empty() {
            let path = plan.paths.root().join("study.json");
            let findings = &outcome.findings;
            learn::write_study(&path, &provenance, &deck.study, description, findings)?;
        }
        checkpoints.remove()
    })?;
    progress.finish(&format!(
        "{} networks in {}",
        deck.members,
        plan.paths.models().display()
    ));
    let of_deck = |score: &Score| score.energy_density == energy_density;
    Ok(scores.into_iter().filter(of_deck).collect())
}

/// The energy density nearest the middle of the spectrum, for data of another deck.
fn nearest_middle(tables: &[Table]) -> Option<f64> {
    let distance = |density: &f64| (density - 0.5).abs();
    tables
        .iter()
        .flat_map(|table| table.energy_densities.iter().copied())
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
}
