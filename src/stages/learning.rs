//! The stages that need libtorch: training and prediction.

use std::fs::File;
use std::io::{BufWriter, Write};

use ndarray::Array3;

use super::{everywhere, not_described};
use crate::chain;
use crate::comm::{Communicator, share};
use crate::error::{Error, Result};
use crate::learn::{self, Ensemble, Epoch, Score};
use crate::plan::{Plan, Split, Task};
use crate::report::Progress;
use crate::store::{FileType, Provenance, Table, read, write};

/// Trains the ensemble and scores it on the test data: models/, training.jsonl, evaluation.json.
///
/// # Errors
/// When the deck has no such stage, data are missing, the training diverges, or a result cannot be
/// written.
pub fn train(plan: &Plan, comm: &dyn Communicator) -> Result<Vec<Score>> {
    let Some(deck) = &plan.deck().learn else {
        return Err(not_described("train", "[learn]"));
    };
    let provenance = Provenance::new(plan);
    let tables = share(
        comm,
        || Ok(read(&plan.paths.data(), FileType::Data)?.tables),
    )?;
    let energy_density = plan
        .deck()
        .learned_energy_density()
        .or_else(|| nearest_middle(&tables))
        .ok_or_else(|| everywhere(Error::Refused("data.h5 holds no data".to_owned())))?;

    let mut log = Log::new(plan, comm)?;
    let mut progress = Progress::new("train", deck.epochs as f64, comm.rank());
    let ensemble = learn::train(comm, deck, energy_density, &tables, &mut |epoch| {
        log.add(epoch);
        progress.show(epoch.epoch as f64, || {
            format!(
                "epoch {} of {}, loss {:.5}, {:.0} samples/s",
                epoch.epoch, epoch.epochs, epoch.loss, epoch.samples_per_second
            )
        });
    })
    .map_err(everywhere)?;
    log.finish(comm)?;

    let tests: Vec<Table> = tables
        .into_iter()
        .filter(|table| table.split == Split::Test)
        .collect();
    let scores = learn::evaluate(comm, &ensemble, &tests).map_err(everywhere)?;
    share(comm, || {
        ensemble.save(&plan.paths.models(), &provenance.entries())?;
        learn::write_evaluation(
            &plan.paths.evaluation(),
            &plan.source.text,
            &ensemble.description,
            &scores,
        )
    })?;
    progress.finish(&format!(
        "{} networks in {}",
        deck.members,
        plan.paths.models().display()
    ));
    Ok(scores)
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
    let strengths = &disorder.strengths.0;
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
        let table = learn::predict(comm, &ensemble, sites, strengths, fields.view());
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

/// training.jsonl, on rank 0.
struct Log {
    file: Option<BufWriter<File>>,
    failed: Option<std::io::Error>,
    path: std::path::PathBuf,
}

impl Log {
    fn new(plan: &Plan, comm: &dyn Communicator) -> Result<Self> {
        let path = plan.paths.training();
        let mut file = None;
        share(comm, || {
            let created =
                File::create(&path).map_err(|error| Error::file("create", &path, error))?;
            file = Some(BufWriter::new(created));
            Ok(())
        })?;
        Ok(Self {
            file,
            failed: None,
            path,
        })
    }

    /// Adds a line that readers see at once. A failure is kept for the end: the training is worth
    /// more than its log.
    fn add(&mut self, epoch: &Epoch) {
        if let Some(file) = &mut self.file {
            let line = serde_json::to_string(epoch).expect("an epoch has names for keys");
            if let Err(error) = writeln!(file, "{line}").and_then(|()| file.flush()) {
                self.failed = Some(error);
            }
        }
    }

    fn finish(self, comm: &dyn Communicator) -> Result<()> {
        share(comm, || match self.failed {
            Some(error) => Err(Error::file("write", &self.path, error)),
            None => Ok(()),
        })
    }
}
