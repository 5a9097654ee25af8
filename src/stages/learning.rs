//! Training and prediction.

use std::path::{Path, PathBuf};

use ndarray::Array3;

use super::errors::{everywhere, not_described};
use super::training_log::Log;
use crate::chain::{self, Task};
use crate::comm::{Communicator, share};
use crate::deck::Split;
use crate::error::{Error, Result};
use crate::learn::{self, Checkpoints, Ensemble, Score};
use crate::plan::Plan;
use crate::report::Progress;
use crate::stop::Stop;
use crate::store::{FileType, Provenance, Table, group_name, read, write};

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
    // What is wrong with data has to be sought in their file.
    let of_file = |error| match error {
        Error::Refused(reason) => Error::Everywhere(format!("{}: {reason}", path.display())),
        other => everywhere(other),
    };
    let mut log = Log::new(plan, comm, stop, &checkpoints)?;
    let outcome = learn::train(comm, deck, energy_density, &tables, &mut log).map_err(of_file)?;
    let progress = log.finish()?;

    let ensemble = outcome.ensemble;
    let tests: Vec<Table> = tables
        .into_iter()
        .filter(|table| table.split == Split::Test)
        .collect();
    let scores = learn::evaluate(comm, &ensemble, &tests).map_err(of_file)?;
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
/// When the deck has no such stage, there are no networks or fields, or the result cannot be written.
pub fn predict(plan: &Plan, comm: &dyn Communicator) -> Result<()> {
    let Some(deck) = &plan.deck().predict else {
        return Err(not_described("predict", "[learn] and [predict]"));
    };
    let provenance = Provenance::new(plan);
    // Every rank reads the few kilobytes itself, after rank 0 has said that they can be read.
    share(comm, || Ensemble::load(&plan.paths.models()).map(|_| ()))?;
    let ensemble = Ensemble::load(&plan.paths.models())?;
    let asked = match &deck.data {
        Some(path) => share(comm, || given(path, &deck.sizes))?,
        None => drawn(plan)?,
    };
    let learned = ensemble.description.learned();
    let energy_densities = deck.energy_densities.as_ref();
    let energy_densities = energy_densities.map_or(&learned, |grid| &grid.0);
    let mut progress = Progress::new("predict", asked.len() as f64, comm.rank());
    let mut tables = Vec::new();
    for (done, (strengths, fields)) in asked.iter().enumerate() {
        let sites = fields.dim().2;
        progress.show(done as f64, || format!("L = {sites}"));
        let fields = fields.view();
        let table = learn::predict(comm, &ensemble, sites, strengths, energy_densities, fields);
        tables.push(table.map_err(everywhere)?);
    }
    let path = plan.paths.predictions();
    share(comm, || {
        write(&path, FileType::Predictions, &provenance, &tables)
    })?;
    let sizes: Vec<usize> = tables.iter().map(|table| table.sites).collect();
    let count = |(_, fields): &Asked| fields.dim().0 * fields.dim().1;
    progress.finish(&format!(
        "{} fields of L = {sizes:?} in {}",
        asked.iter().map(count).sum::<usize>(),
        path.display()
    ));
    Ok(())
}

/// Disorder strengths, and fields (h, realization, site) of one chain length.
type Asked = (Vec<f64>, Array3<f64>);

/// The fields that the deck draws.
fn drawn(plan: &Plan) -> Result<Vec<Asked>> {
    let (Some(deck), Some(disorder)) = (&plan.deck().predict, &plan.deck().disorder) else {
        return Err(not_described(
            "predict",
            "[disorder], [learn] and [predict]",
        ));
    };
    let strengths = &deck.strengths.as_ref().unwrap_or(&disorder.strengths).0;
    let of_size = |&sites: &usize| {
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
        (strengths.clone(), fields)
    };
    Ok(deck.sizes.iter().map(of_size).collect())
}

/// The test fields that a file has, of these chain lengths or of all.
fn given(path: &Path, sizes: &[usize]) -> Result<Vec<Asked>> {
    let refuse = |reason: String| Error::Refused(format!("{}: {reason}", path.display()));
    let mut tables = read(path, FileType::Data)?.tables;
    tables.retain(|table| table.split == Split::Test);
    if let Some(missing) = sizes
        .iter()
        .find(|&&size| tables.iter().all(|table| table.sites != size))
    {
        let group = group_name(*missing, Split::Test);
        return Err(refuse(format!(
            "it has no group {group}: add it, or take {missing} out of predict.sizes"
        )));
    }
    tables.retain(|table| sizes.is_empty() || sizes.contains(&table.sites));
    if tables.is_empty() {
        return Err(refuse(
            "it has no fields to predict: put them into groups such as L08/test".to_owned(),
        ));
    }
    let fields = |table: Table| {
        let field = table.by_realization("field").map(|field| field.to_owned());
        let field = field.map_err(|error| refuse(error.to_string()))?;
        if let Some(((h, realization, _), _)) =
            field.indexed_iter().find(|(_, value)| !value.is_finite())
        {
            return Err(refuse(format!(
                "{}/field is not finite at [{h}, {realization}]: correct it, or take the realization \
                 out",
                table.group()
            )));
        }
        Ok((table.strengths, field))
    };
    tables.into_iter().map(fields).collect()
}

/// The energy density nearest the middle of the spectrum, of data made by another deck.
fn nearest_middle(tables: &[Table]) -> Option<f64> {
    let distance = |density: &f64| (density - 0.5).abs();
    tables
        .iter()
        .flat_map(|table| table.energy_densities.iter().copied())
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
}
