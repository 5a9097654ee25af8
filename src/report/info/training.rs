//! training.jsonl: how far trainings are, and their losses.

use serde::Deserialize;

use super::summary::{Summary, counted, damage, origin};
use crate::error::{Result, fixed};
use crate::report::format::{duration, table};
use crate::store::Lines;

/// What is shown of an epoch.
#[derive(Deserialize)]
struct Line {
    training: String,
    epoch: usize,
    epochs: usize,
    /// None if it is not finite.
    loss: Option<f64>,
    #[serde(default)]
    validation: Vec<HeldOut>,
    active: usize,
    seconds: f64,
}

/// The loss of the held-out samples of a chain length.
#[derive(Deserialize)]
struct HeldOut {
    sites: usize,
    loss: Option<f64>,
}

/// A training: its last epoch, and the time of all.
struct Trained {
    last: Line,
    least: Option<f64>,
    seconds: f64,
}

/// The summary of a training.jsonl.
///
/// # Errors
/// When it is of another version.
pub fn training(mut lines: Lines) -> Result<Summary> {
    let mut facts = Vec::new();
    let mut skipped = 0;
    if let Some(first) = lines.first.take().filter(|it| it.file_type().is_some()) {
        first.check_version()?;
        facts = origin(|name| first.text(name));
        skipped = 1;
    }
    let epochs: Vec<Line> = lines.read(skipped);
    let mut all: Vec<Trained> = Vec::new();
    for line in epochs {
        let known = all.iter().position(|it| it.last.training == line.training);
        let place = known.unwrap_or(all.len());
        let before = (known.is_some()).then(|| all.remove(place));
        let (least, seconds) = before.map_or((None, 0.0), |it| (it.least, it.seconds));
        let own = Trained {
            least: least.into_iter().chain(line.loss).reduce(f64::min),
            seconds: seconds + line.seconds,
            last: line,
        };
        all.insert(place, own);
    }
    let what = match &all[..] {
        [] => "trainings, before the end of the first epoch".to_owned(),
        [.., Trained { last, .. }] => format!(
            "{}; {}: epoch {} of {}, loss {}",
            counted(all.len(), "training", "trainings"),
            last.training,
            last.epoch,
            last.epochs,
            loss(last.loss)
        ),
    };
    Ok(Summary {
        what,
        facts,
        body: trainings(&all) + &damage(&lines),
    })
}

/// A line for each training.
fn trainings(all: &[Trained]) -> String {
    let row = |Trained {
                   last,
                   least,
                   seconds,
               }: &Trained| {
        let held_out = last.validation.iter();
        let held_out: Vec<String> = held_out
            .map(|own| format!("{} (L = {})", loss(own.loss), own.sites))
            .collect();
        vec![
            last.training.clone(),
            format!("{} of {}", last.epoch, last.epochs),
            last.active.to_string(),
            loss(last.loss),
            loss(*least),
            match held_out.is_empty() {
                true => "-".to_owned(),
                false => held_out.join(", "),
            },
            duration(*seconds),
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let header = [
        "training",
        "epoch",
        "networks",
        "loss",
        "least loss",
        "validation",
        "time",
    ];
    table(&header, &rows)
}

fn loss(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| fixed(value, 5))
}
