//! What training will take, as `check` prints it.

use super::format::{count, duration, table};
use crate::learn::{Forecast, TrainingForecast};
use crate::plan::report_bytes;

/// The trainings of a stage: networks, samples, steps and predicted time. Those in a row that are
/// alike share a line.
pub fn forecast(found: &Forecast, ranks: usize) -> String {
    let alike = |a: &TrainingForecast, b: &TrainingForecast| shape(a) == shape(b);
    let row = |own: &[TrainingForecast]| {
        let seconds: f64 = own.iter().map(|it| it.seconds).sum();
        let mut row = vec![match own {
            [only] => only.name.clone(),
            [first, ..] => format!("{} …", first.name),
            [] => String::new(),
        }];
        row.push(own.len().to_string());
        row.extend(shape(&own[0]).map(|number| number.to_string()));
        row.push(duration(seconds));
        row
    };
    let rows: Vec<Vec<String>> = found.trainings.chunk_by(alike).map(row).collect();
    let header = [
        "training",
        "trainings",
        "networks",
        "parameters",
        "samples",
        "held out",
        "steps",
        "epochs",
        "predicted",
    ];
    let sum = |value: fn(&TrainingForecast) -> usize| -> usize {
        found.trainings.iter().map(value).sum()
    };
    let library = found.backend.library();
    let library = library.map_or(String::new(), |it| format!("           computed by {it}\n"));
    format!(
        "\n{}\n\n           {} of {} in {}, predicted {} on {} of one thread each,\n           \
         {} for samples and networks on each rank\n{library}           the time is a prediction from steps \
         on synthetic numbers, measured now on this machine\n",
        table(&header, &rows),
        count(found.trainings.len(), "training"),
        count(sum(|it| it.networks), "network"),
        count(sum(|it| it.steps * it.epochs), "step"),
        duration(found.seconds),
        count(ranks, "rank"),
        report_bytes(found.memory),
    )
}

/// What trainings have in common that share a line.
fn shape(own: &TrainingForecast) -> [usize; 6] {
    [
        own.networks,
        own.parameters,
        own.samples,
        own.held_out,
        own.steps,
        own.epochs,
    ]
}
