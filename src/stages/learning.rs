//! Training and prediction.

use std::path::PathBuf;

use ndarray::Array3;

use super::training_log::Log;
use super::{everywhere, not_described};
use crate::chain;
use crate::comm::{Communicator, share};
use crate::error::{Error, Result};
use crate::learn::{self, Checkpoints, Ensemble, Score};
use crate::plan::{Plan, Split, Task};
use crate::report::Progress;
use crate::stop::Stop;
use crate::store::{FileType, Provenance, Table, read, write};

/// Trains the ensemble and scores it on the test data: models/, training.jsonl, evaluation.json, and
/// study.json if the deck asks for more. Returns the scores at the energy density of the deck.
///
/// # Errors
/// [`Error::Unfinished`] when it was asked to stop before its end. When the deck has no such stage,
/// data are missing, the training diverges, or a result cannot be written.
pub fn train(plan: &Plan, comm: &dyn Communicator, stop: &Stop) -> Result<Vec<Score>> {
    let Some(deck) = &plan.deck().learn else {
        return Err(not_described("train", "[learn]"));
    };
    let provenance = Provenance::new(plan);
    let path = deck.data.clone().unwrap_or_else(|| plan.paths.data());
    let tables = share(comm, || Ok(read(&path, FileType::Data)?.tables))?;
    let energy_density = plan
        .deck()
        .learned_energy_density()
        .or_else(|| nearest_middle(&tables))
        .ok_or_else(|| everywhere(Error::Refused(format!("{} holds no data", path.display()))))?;

    let checkpoints = Checkpoints::new(&plan.paths.models().join("unfinished"));
    let mut log = Log::new(plan, comm, stop, &checkpoints)?;
    let outcome =
        learn::train(comm, deck, energy_density, &tables, &mut log).map_err(everywhere)?;
    let progress = log.finish()?;

    let ensemble = outcome.ensemble;
    let tests: Vec<Table> = tables
        .into_iter()
        .filter(|table| table.split == Split::Test)
        .collect();
    let scores = learn::evaluate(comm, &ensemble, &tests).map_err(everywhere)?;
    let features = learn::features(comm, &ensemble, &tests).map_err(everywhere)?;
    share(comm, || {
        let mut entries = provenance.entries();
        entries.insert("deck_name".to_owned(), plan.deck().name.clone());
        entries.extend([learn::scores_entry(&scores)]);
        ensemble.save(&plan.paths.models(), &entries)?;
        let (text, description) = (&plan.source.text, &ensemble.description);
        let path = plan.paths.evaluation();
        learn::write_evaluation(&path, text, description, &scores, &features)?;
        if !outcome.findings.is_empty() {
            let path = study_path(plan);
            learn::write_study(&path, text, &deck.study, description, &outcome.findings)?;
        }
        checkpoints.remove()
    })?;
    progress.finish(&format!(
        "{} networks in {}",
        deck.members,
        plan.paths.models().display()
    ));
    let asked = |score: &Score| score.energy_density == energy_density;
    Ok(scores.into_iter().filter(asked).collect())
}

/// What a study found.
fn study_path(plan: &Plan) -> PathBuf {
    plan.paths.root().join("study.json")
}

/// Predicts the indicators of the deck's fields: predictions.h5.
///
/// # Errors
/// When the deck has no such stage, there are no networks, or the result cannot be written.
pub fn predict(plan: &Plan, comm: &dyn Communicator) -> Result<()> {
    let (Some(deck), Some(disorder)) = (&plan.deck().predict, &plan.deck().disorder) else {
        return Err(not_described(
            "predict",
            "[disorder], [learn] and [predict]",
        ));
    };
    let provenance = Provenance::new(plan);
    // Every rank reads the few kilobytes itself, after rank 0 has said that they can be read.
    share(comm, || Ensemble::load(&plan.paths.models()).map(|_| ()))?;
    let ensemble = Ensemble::load(&plan.paths.models())?;
    let strengths = &deck.strengths.as_ref().unwrap_or(&disorder.strengths).0;
    let learned = ensemble.description.learned();
    let asked = deck.energy_densities.as_ref();
    let energy_densities = asked.map_or(&learned, |grid| &grid.0);
    let mut progress = Progress::new("predict", deck.sizes.len() as f64, comm.rank());
    let mut tables = Vec::new();
    for (done, &sites) in deck.sizes.iter().enumerate() {
        progress.show(done as f64, || format!("L = {sites}"));
        let mut fields = Array3::zeros((strengths.len(), deck.realizations as usize, sites));
        for (h, &strength) in strengths.iter().enumerate() {
            for realization in 0..deck.realizations {
                let task = Task {
                    sites,
                    strength,
                    split: Split::Test,
                    realization,
                };
                for (site, value) in chain::field(disorder, &task).into_iter().enumerate() {
                    fields[(h, realization as usize, site)] = value;
                }
            }
        }
        let fields = fields.view();
        let table = learn::predict(comm, &ensemble, sites, strengths, energy_densities, fields);
        tables.push(table.map_err(everywhere)?);
    }
    let path = plan.paths.predictions();
    share(comm, || {
        write(&path, FileType::Predictions, &provenance, &tables)
    })?;
    progress.finish(&format!(
        "{} fields of L = {:?} in {}",
        deck.sizes.len() * strengths.len() * deck.realizations as usize,
        deck.sizes,
        path.display()
    ));
    Ok(())
}

/// The energy density nearest the middle of the spectrum, of data made by another deck.
fn nearest_middle(tables: &[Table]) -> Option<f64> {
    let distance = |density: &f64| (density - 0.5).abs();
    tables
        .iter()
        .flat_map(|table| table.energy_densities.iter().copied())
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
}
