//! Prediction: from networks and fields to predictions.h5.

use std::path::Path;

use ndarray::Array3;
use serde::{Deserialize, Serialize};

use super::job::Job;
use super::origin::check_networks;
use crate::chain::{self, GivenFields, GivenGroup, Task};
use crate::comm::{Communicator, share};
use crate::deck::{Predict, Split};
use crate::error::{Error, Result};
use crate::learn::{self, Condition, Ensemble};
use crate::plan::Plan;
use crate::report::Progress;
use crate::store::{Dimension, FileType, Provenance, Table, group_name, read, write};

/// Predicts the indicators of the deck's fields: predictions.h5.
///
/// # Errors
/// When the deck has no such stage, networks or fields are missing, the networks are those of another
/// deck or of other data, or the result cannot be written.
pub fn predict(job: &Job, comm: &dyn Communicator) -> Result<()> {
    let plan = &job.plan;
    let Some(deck) = &plan.deck().predict else {
        return Err(Error::not_described("predict", "[learn] and [predict]"));
    };
    // Every rank reads these few kilobytes itself, once rank 0 has found that they are valid.
    let models = plan.paths.models();
    let learned_from = share(comm, || {
        Ensemble::load(&models)?;
        let metadata = learn::inspect(&models)?.metadata;
        check_networks(job, &models, &metadata)?;
        Ok(metadata.get(Provenance::TRAINING_DATA).cloned())
    })?;
    let device = plan.deck().learn.as_ref().map(|learn| learn.device);
    let ensemble = Ensemble::load(&models)?.on(device.unwrap_or_default());
    ensemble.description.model.backend.prepare(comm)?;
    let mut provenance = Provenance::new(plan).with(Provenance::WEIGHTS, ensemble.identity());
    if let Some(identity) = learned_from {
        provenance = provenance.with(Provenance::TRAINING_DATA, identity);
    }
    let sizes = match &deck.data {
        Some(path) => share(comm, || fields_of_file(path, &deck.sizes))?,
        None => match &plan.fields {
            Some(chain::Fields::Given(given)) => fields_given(given, &deck.sizes),
            _ => random_fields(plan)?,
        },
    };
    let learned = ensemble.description.learned();
    let conditions = asked(deck).unwrap_or(learned);
    let mut progress = Progress::new("predict", sizes.len() as f64, comm.rank());
    let mut tables = Vec::new();
    for (done, fields) in sizes.iter().enumerate() {
        let (strengths, values) = (&fields.strengths, fields.values.view());
        let sites = values.dim().2;
        progress.show(done as f64, || format!("L = {sites}"));
        let table = learn::predict(comm, &ensemble, sites, strengths, &conditions, values);
        tables.push(table.map_err(Error::on_all_ranks)?);
    }
    if comm.rank() == 0 {
        warn_of_extrapolation(&ensemble, &conditions);
    }
    let path = plan.paths.predictions();
    share(comm, || {
        write(&path, FileType::Predictions, &provenance, &tables)
    })?;
    let lengths: Vec<usize> = tables.iter().map(|table| table.sites).collect();
    let predicted = |fields: &Fields| fields.count() - fields.missing();
    progress.finish(&format!(
        "{} fields of L = {lengths:?} in {}",
        sizes.iter().map(predicted).sum::<usize>(),
        path.display()
    ));
    Ok(())
}

/// The energy densities or times that the deck names.
pub fn asked(deck: &Predict) -> Option<Vec<Condition>> {
    let densities = deck.energy_densities.as_ref();
    let densities = densities.map(|grid| Condition::energy_densities(&grid.0));
    let times = deck.times.as_ref().map(|times| Condition::times(&times.0));
    match (densities, times) {
        (Some(densities), Some(times)) => Some([densities, times].concat()),
        (densities, times) => densities.or(times),
    }
}

/// Says which energy densities or times were not learned, nor any beyond them.
fn warn_of_extrapolation(ensemble: &Ensemble, conditions: &[Condition]) {
    let known = &ensemble.description;
    if let [first, others @ ..] = &learn::extrapolated(known, conditions)[..] {
        let more = match others.len() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        let [low, high] = known.range();
        log::warn!(
            "{first}{more} are outside {low} to {high}, where the networks learned: these predictions \
             are extrapolated"
        );
    }
}

/// The random fields of one chain length.
#[derive(Serialize, Deserialize)]
pub struct Fields {
    /// Disorder strengths.
    strengths: Vec<f64>,
    /// Fields by (h, realization, site).
    values: Array3<f64>,
    /// How many of them are none, in rows that are shorter than others.
    padding: usize,
}

impl Fields {
    /// Chain length.
    pub fn sites(&self) -> usize {
        self.values.dim().2
    }

    /// How many disorder strengths there are.
    pub fn strengths(&self) -> usize {
        self.strengths.len()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.values.dim().0 * self.values.dim().1 - self.padding
    }

    /// How many have a value that is missing.
    pub fn missing(&self) -> usize {
        let fields = self.values.rows().into_iter();
        let missing = fields.filter(|field| field.iter().any(|it| it.is_nan()));
        missing.count() - self.padding
    }
}

/// The test fields that the deck gives, of these chain lengths or of all.
fn fields_given(given: &GivenFields, sizes: &[usize]) -> Vec<Fields> {
    let groups = given.groups.iter();
    let groups = groups.filter(|group| group.split == Split::Test);
    let groups = groups.filter(|group| sizes.is_empty() || sizes.contains(&group.sites));
    let fields = |group: &GivenGroup| Fields {
        strengths: given.strengths.clone(),
        values: group.fields.clone(),
        padding: 0,
    };
    groups.map(fields).collect()
}

/// Fields that are drawn as the deck says.
fn random_fields(plan: &Plan) -> Result<Vec<Fields>> {
    let Plan { source, fields, .. } = plan;
    let (Some(deck), Some(disorder), Some(fields)) =
        (&source.deck.predict, &source.deck.disorder, fields)
    else {
        return Err(Error::not_described(
            "predict",
            "[disorder], [learn] and [predict]",
        ));
    };
    let strengths = &deck.strengths.as_ref().unwrap_or(&disorder.strengths).0;
    let of_size = |&sites: &usize| {
        let mut values = Array3::zeros((strengths.len(), deck.realizations as usize, sites));
        for (h, &strength) in strengths.iter().enumerate() {
            for realization in 0..deck.realizations {
                let task = Task {
                    sites,
                    strength,
                    split: Split::Test,
                    realization,
                };
                for (site, value) in fields.of(&task).into_iter().enumerate() {
                    values[(h, realization as usize, site)] = value;
                }
            }
        }
        Fields {
            strengths: strengths.clone(),
            values,
            padding: 0,
        }
    };
    Ok(deck.sizes.iter().map(of_size).collect())
}

/// The test fields of a file, of these chain lengths or of all.
///
/// # Errors
/// When the file cannot be read, or has no such fields.
pub fn fields_of_file(path: &Path, sizes: &[usize]) -> Result<Vec<Fields>> {
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
    let found: Result<Vec<Fields>> = tables
        .into_iter()
        .map(|table| fields_of_table(table).map_err(|error| refuse(error.to_string())))
        .collect();
    let found = found?;
    if found
        .iter()
        .all(|fields| fields.missing() == fields.count())
    {
        return Err(refuse(
            "values are missing in all of its fields: write them, or generate them first"
                .to_owned(),
        ));
    }
    Ok(found)
}

/// The fields of a table. Says how many have missing values, which are not predicted.
fn fields_of_table(table: Table) -> Result<Fields> {
    let values = table.by_realization("field", Dimension::Site)?.to_owned();
    let group = table.group();
    let mut indexed = values.indexed_iter();
    if let Some(((h, realization, site), _)) = indexed.find(|(_, value)| value.is_infinite()) {
        let dimensions = [Dimension::Strength, Dimension::Realization, Dimension::Site];
        return Err(table.infinite("field", &dimensions, &[h, realization, site]));
    }
    let (rows, most, _) = values.dim();
    let padding = rows * most - table.realizations(most);
    let fields = Fields {
        strengths: table.strengths,
        values,
        padding,
    };
    let (missing, all) = (fields.missing(), fields.count());
    if missing > 0 {
        log::warn!("{group}: {missing} of {all} fields have missing values and are not predicted");
    }
    Ok(fields)
}
