//! Training: from data.h5 to networks, their scores, and what a study found.

use std::path::Path;

use super::job::Job;
use super::origin::{check_data, condition};
use super::training_log::Log;
use crate::comm::{Communicator, share};
use crate::deck::{Learn, Split};
use crate::error::{Error, Result};
use crate::files::set_aside;
use crate::learn::{self, Checkpoints, Condition, Features, Missing, Outcome, Score, Selection};
use crate::plan::Plan;
use crate::stop::Stop;
use crate::store::{FileType, Provenance, Table, identity, read};

/// Trains the ensemble and scores it on the test data: models/, training.jsonl, evaluation.json, and
/// study.json if the deck has a study. Returns the scores at the condition of the deck.
///
/// # Errors
/// [`Error::Unfinished`] when a signal or the time limit stops it before its end. An error when the
/// deck has no such stage, data are missing or those of another deck, the training diverges, or a
/// result cannot be written.
pub fn train(job: &Job, comm: &dyn Communicator, stop: &Stop) -> Result<Vec<Score>> {
    let plan = &job.plan;
    let (Some(deck), Some(architecture)) = (&plan.deck().learn, &job.architecture) else {
        return Err(Error::not_described("train", "[learn]"));
    };
    architecture.backend.prepare(comm)?;
    let path = deck.data.clone().unwrap_or_else(|| plan.paths.data());
    let tables = share(comm, || data(job, deck))?;
    let Inputs { tables, condition } = Inputs::new(plan, &path, tables)?;
    let mut provenance = Provenance::new(plan);
    if deck.uses_training_data() {
        let learned = learn::training_data_identity(deck, condition, &tables);
        provenance = provenance.with(Provenance::TRAINING_DATA, learned);
    }

    let checkpoints = Checkpoints::new(&plan.paths.models().join("unfinished"));
    let of_file = |error| of_file(&path, error);
    share(comm, || warn_of_missing(deck, condition, &tables)).map_err(of_file)?;
    let mut log = Log::new(plan, &provenance, comm, stop, &checkpoints)?;
    let outcome =
        learn::train(comm, deck, architecture, condition, &tables, &mut log).map_err(of_file)?;
    let progress = log.finish()?;

    let provenance = provenance
        .with(Provenance::WEIGHTS, outcome.ensemble.identity())
        .with(Provenance::DATA, identity(&tables));
    let tests: Vec<Table> = tables
        .into_iter()
        .filter(|table| table.split == Split::Test)
        .collect();
    let scores = learn::evaluate(comm, &outcome.ensemble, deck.missing, &tests).map_err(of_file)?;
    let features = learn::features(comm, &outcome.ensemble, deck.missing, &tests)
        .map_err(Error::on_all_ranks)?;
    share(comm, || {
        write(plan, &provenance, deck, &outcome, &scores, &features)?;
        checkpoints.remove()
    })?;
    progress.finish(&format!(
        "{} networks in {}",
        deck.members,
        plan.paths.models().display()
    ));
    let of_deck = |score: &Score| score.condition == condition;
    Ok(scores.into_iter().filter(of_deck).collect())
}

/// What training starts from.
pub struct Inputs {
    /// The data to learn from and to score on.
    pub tables: Vec<Table>,
    /// The energy density that is learned, or the time in the middle of those that are.
    pub condition: Condition,
}

impl Inputs {
    /// The inputs that the tables of the file at `path` give.
    ///
    /// # Errors
    /// When there is none.
    pub fn new(plan: &Plan, path: &Path, tables: Vec<Table>) -> Result<Self> {
        let condition = condition(plan, &tables).ok_or_else(|| {
            Error::Everywhere(format!(
                "{} holds no data: generate them, or write learn.energy_density",
                path.display()
            ))
        })?;
        Ok(Self { tables, condition })
    }
}

/// An error in the data of a file, with its name.
pub fn of_file(path: &Path, error: Error) -> Error {
    match error {
        Error::Refused(reason) => Error::Everywhere(format!("{}: {reason}", path.display())),
        other => other.on_all_ranks(),
    }
}

/// The data to learn from and to score on. Networks that stay as they are need none.
///
/// # Errors
/// When they are missing, damaged, or those of another deck.
pub fn data(job: &Job, deck: &Learn) -> Result<Vec<Table>> {
    let own = job.plan.paths.data();
    if let Some(path) = &deck.data {
        return Ok(read(path, FileType::Data)?.tables);
    }
    if !deck.uses_training_data() && !own.exists() {
        log::warn!("there is no {} to score the networks on", own.display());
        return Ok(Vec::new());
    }
    let contents = read(&own, FileType::Data)?;
    check_data(job, &own, &contents)?;
    Ok(contents.tables)
}

/// Says how many realizations are left out because values are missing, and how many lack a target.
fn warn_of_missing(deck: &Learn, condition: Condition, tables: &[Table]) -> Result<()> {
    for Missing {
        group,
        left_out,
        masked,
        all,
    } in left_out(deck, condition, tables)?
    {
        if left_out > 0 {
            log::warn!(
                "{group}: {left_out} of {all} realizations have missing values and are left out"
            );
        }
        for (target, count) in masked {
            log::warn!(
                "{group}: {count} of {all} realizations lack {target}, and count for the others"
            );
        }
    }
    Ok(())
}

/// The groups with realizations that are left out because values are missing.
///
/// # Errors
/// When a table lacks a target or a condition.
pub fn left_out(deck: &Learn, condition: Condition, tables: &[Table]) -> Result<Vec<Missing>> {
    let all = Selection {
        data: tables,
        learn: deck,
    }
    .conditions(condition);
    let of_table = |table: &Table| match (deck.is_conditioned(), condition) {
        (true, Condition::EnergyDensity(_)) => Condition::energy_densities(&table.energy_densities),
        (true, Condition::Time(_)) => all.clone(),
        (false, _) => vec![condition],
    };
    let mut found = Vec::new();
    for table in tables {
        let conditions = of_table(table);
        let table = std::slice::from_ref(table);
        found.extend(learn::missing(deck, &conditions, table)?);
    }
    Ok(found)
}

/// Writes the networks, their scores, and what a study found.
fn write(
    plan: &Plan,
    provenance: &Provenance,
    deck: &Learn,
    outcome: &Outcome,
    scores: &[Score],
    features: &[Features],
) -> Result<()> {
    let Outcome { ensemble, findings } = outcome;
    let description = &ensemble.description;
    let mut entries = provenance.entries();
    entries.insert("deck_name".to_owned(), plan.deck().name.clone());
    entries.extend([learn::scores_entry(scores)]);
    ensemble.save(&plan.paths.models(), &entries)?;
    let path = plan.paths.evaluation();
    learn::write_evaluation(&path, provenance, description, scores, features)?;
    let path = plan.paths.study();
    if !findings.is_empty() {
        return learn::write_study(&path, provenance, &deck.study, description, findings);
    }
    if path.exists() {
        // It is about other networks.
        set_aside(&path, "replaced")?;
    }
    Ok(())
}
