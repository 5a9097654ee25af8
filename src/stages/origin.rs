//! Whether the results that a stage is given belong to the deck, to the data and to each other.

use std::collections::BTreeMap;
use std::path::Path;

use super::job::{Job, Stale};
use crate::chain::Fields;
use crate::deck::{Deck, Entries, differences};
use crate::error::{Error, Result};
use crate::learn::{self, Condition, Ensemble, Selection};
use crate::plan::Plan;
use crate::store::{self, Contents, FileType, Provenance, Table, read};

/// What a file records of itself.
type Attributes = BTreeMap<String, String>;

/// Accepts data that are scaled or learned from, if they are those of the deck. Data of one's own
/// hold no deck.
///
/// # Errors
/// [`Error::Refused`] when they were made by a deck with other values.
pub fn check_data(job: &Job, path: &Path, contents: &Contents) -> Result<()> {
    let mut reasons = of_another_deck(&job.plan, &contents.attributes, Deck::data_entries);
    if reasons.is_empty() {
        reasons.extend(another_field(&job.plan, &contents.tables)?);
    }
    job.judge(path, Ok(reasons), "generate them with this deck")
}

/// Accepts the networks in `models` if this deck and its data would train the same.
///
/// # Errors
/// [`Error::Refused`] when they were trained by a deck with other values, or on other data. The
/// errors of reading the data.
pub fn check_networks(job: &Job, models: &Path, metadata: &Attributes) -> Result<()> {
    let mut reasons = of_another_deck(&job.plan, metadata, Deck::network_entries);
    let other_data = of_other_data(&job.plan, metadata);
    let reasons = other_data.map(|more| {
        reasons.extend(more);
        reasons
    });
    warn_without_identity(models, metadata);
    job.judge(models, reasons, "run train again")
}

/// Accepts the predictions at `path` if they were made by the networks beside them, which this deck
/// and its data would train.
///
/// # Errors
/// As [`check_networks`], and [`Error::Refused`] when the networks have been replaced since.
pub fn check_predictions(job: &Job, path: &Path, attributes: &Attributes) -> Result<()> {
    let reasons = || {
        let mut reasons = of_another_deck(&job.plan, attributes, Deck::prediction_entries);
        reasons.extend(of_other_data(&job.plan, attributes)?);
        reasons.extend(of_other_networks(path, attributes)?);
        Ok(reasons)
    };
    warn_without_identity(path, attributes);
    job.judge(path, reasons(), "run predict again, after train if need be")
}

/// Accepts the predictions of another output directory if they were made by the networks there.
///
/// # Errors
/// [`Error::Refused`] when the networks have been replaced since.
pub fn check_foreign_predictions(job: &Job, path: &Path, attributes: &Attributes) -> Result<()> {
    job.judge(
        path,
        of_other_networks(path, attributes),
        "predict again there",
    )
}

impl Job {
    /// Refuses what does not belong, for these reasons, or uses it with a warning if that is asked for.
    fn judge(&self, path: &Path, reasons: Result<Vec<String>>, remedy: &str) -> Result<()> {
        let found = match reasons {
            Ok(reasons) if reasons.is_empty() => return Ok(()),
            Ok(reasons) => format!("{}: {}", path.display(), reasons.join(", and ")),
            Err(error) if self.stale == Stale::Refuse => return Err(error),
            Err(error) => error.to_string(),
        };
        if self.stale == Stale::Use {
            log::warn!("{found}; --stale uses it as it is");
            return Ok(());
        }
        Err(Error::Refused(format!(
            "{found}; {remedy}, or use it as it is with --stale"
        )))
    }
}

/// Whether the data of a deck with given fields are of other fields than its file has now.
fn another_field(plan: &Plan, tables: &[Table]) -> Result<Option<String>> {
    let Some(Fields::Given(given)) = &plan.fields else {
        return Ok(None);
    };
    let found = store::another_field(given, tables)?;
    Ok(found.map(|found| format!("it holds results of {found}")))
}

/// Whether the deck that a file records has other entries than the plan's.
fn of_another_deck(plan: &Plan, known: &Attributes, entries: fn(&Deck) -> Entries) -> Vec<String> {
    let deck = known.get(Provenance::RESOLVED);
    let Some(deck) = deck.and_then(|text| Deck::from_resolved(text)) else {
        return Vec::new();
    };
    let differing = differences(&entries(&deck), &entries(plan.deck()));
    if differing.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "it was made by a deck with other values: {}",
        differing.join(", ")
    )]
}

/// Whether the networks of a file learned from other data than there are now. Data that are not there
/// cannot be compared, for instance where only networks were copied.
fn of_other_data(plan: &Plan, known: &Attributes) -> Result<Option<String>> {
    let (Some(known), Some(learn)) = (known.get(Provenance::TRAINING_DATA), &plan.deck().learn)
    else {
        return Ok(None);
    };
    let path = learn.data.clone().unwrap_or_else(|| plan.paths.data());
    if !learn.uses_training_data() || !path.exists() {
        return Ok(None);
    }
    let tables = read(&path, FileType::Data)?.tables;
    let now = condition(plan, &tables)
        .map(|it| learn::training_data_identity(learn, it, &tables).to_string());
    Ok((now.as_ref() != Some(known)).then(|| {
        format!(
            "its networks learned from other data than {}",
            path.display()
        )
    }))
}

/// Whether the predictions at `path` were made by other networks than there are now beside them.
fn of_other_networks(path: &Path, attributes: &Attributes) -> Result<Vec<String>> {
    let models = path.with_file_name("models");
    let Some(known) = attributes.get(Provenance::WEIGHTS) else {
        return Ok(Vec::new());
    };
    if !learn::holds_network(&models) || Ensemble::load(&models)?.identity().to_string() == *known {
        return Ok(Vec::new());
    }
    Ok(vec![format!(
        "it was predicted by other networks than those in {}",
        models.display()
    )])
}

/// The energy density that is learned from these data, or the time in the middle of those of quenches.
pub fn condition(plan: &Plan, tables: &[Table]) -> Option<Condition> {
    let selection = |learn| Selection {
        data: tables,
        learn,
    };
    let deck = plan.deck();
    let time = deck
        .learn
        .as_ref()
        .map(selection)
        .and_then(|it| it.middle_time());
    let distance = |density: &f64| (density - 0.5).abs();
    let densities = tables.iter().flat_map(|table| &table.energy_densities);
    let nearest = densities.min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let density = deck.learned_energy_density().or(nearest.copied());
    time.or(density.map(Condition::EnergyDensity))
}

fn warn_without_identity(path: &Path, known: &Attributes) {
    if !known.contains_key(Provenance::WEIGHTS) {
        log::warn!(
            "{} does not say which networks it is from, because an earlier version wrote it; it is \
             used as it is",
            path.display()
        );
    }
}
