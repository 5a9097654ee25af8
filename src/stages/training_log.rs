//! What becomes of a training's epochs: training.jsonl and checkpoints on rank 0, progress.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::comm::{Communicator, share};
use crate::error::{Error, Result};
use crate::learn::{Checkpoints, Epoch, Observer, State};
use crate::plan::Plan;
use crate::report::Progress;
use crate::stop::Stop;

/// Follows the trainings of a stage.
pub struct Log<'a> {
    comm: &'a dyn Communicator,
    stop: &'a Stop,
    checkpoints: &'a Checkpoints,
    interval: Duration,
    kept: Instant,
    progress: Progress,
    path: PathBuf,
    /// On rank 0.
    file: Option<BufWriter<File>>,
    /// What an earlier run wrote, should its trainings go on.
    earlier: Vec<String>,
    failed: Option<Error>,
}

impl<'a> Log<'a> {
    /// Begins training.jsonl.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn new(
        plan: &Plan,
        comm: &'a dyn Communicator,
        stop: &'a Stop,
        checkpoints: &'a Checkpoints,
    ) -> Result<Self> {
        let path = plan.paths.training();
        let (mut file, mut earlier) = (None, Vec::new());
        share(comm, || {
            // Of a run that came to its end, or none, nothing goes on: no lines are then taken.
            let text = fs::read_to_string(&path).unwrap_or_default();
            earlier = text.lines().map(str::to_owned).collect();
            let created =
                File::create(&path).map_err(|error| Error::file("create", &path, error))?;
            file = Some(BufWriter::new(created));
            Ok(())
        })?;
        let interval = plan.deck().run.checkpoint_interval();
        Ok(Self {
            comm,
            stop,
            checkpoints,
            interval,
            kept: Instant::now(),
            progress: Progress::new("train", 1.0, comm.rank()),
            path,
            file,
            earlier,
            failed: None,
        })
    }

    /// Ends training.jsonl.
    ///
    /// # Errors
    /// The first failure to write: the training is worth more than its log.
    pub fn finish(self) -> Result<Progress> {
        share(self.comm, || match self.failed {
            Some(error) => Err(error),
            None => Ok(()),
        })?;
        Ok(self.progress)
    }

    fn write(&mut self, line: &str) {
        if let Some(file) = &mut self.file
            && let Err(error) = writeln!(file, "{line}").and_then(|()| file.flush())
        {
            let failed = Error::file("write", &self.path, error);
            self.failed.get_or_insert(failed);
        }
    }
}

impl Observer for Log<'_> {
    fn epoch(&mut self, epoch: &Epoch) {
        let line = serde_json::to_string(epoch).expect("an epoch has names for keys");
        self.write(&line);
        self.progress
            .show(epoch.epoch as f64 / epoch.epochs as f64, || {
                let held_out: Vec<String> = epoch
                    .validation
                    .iter()
                    .map(|own| format!("L = {}: {:.5}", own.sites, own.loss))
                    .collect();
                let held_out = if held_out.is_empty() {
                    String::new()
                } else {
                    format!(" (held out {})", held_out.join(", "))
                };
                format!(
                    "{}: epoch {} of {}, loss {:.5}{held_out}, {:.0} samples/s",
                    epoch.training, epoch.epoch, epoch.epochs, epoch.loss, epoch.samples_per_second
                )
            });
    }

    fn stops(&mut self, seconds: f64) -> bool {
        // The next epoch takes as long as this one.
        let over = self.stop.asked() || !self.stop.leaves(seconds);
        let mut asked = [f64::from(u8::from(over))];
        self.comm.sum(&mut asked);
        asked != [0.0]
    }

    fn resume(&mut self, name: &str, identity: u64) -> Result<Option<State>> {
        let state = share(self.comm, || self.checkpoints.read(identity))?;
        if let Some(state) = &state {
            // Lines behind the checkpoint will be written again.
            let belongs = |line: &String| {
                let epoch: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
                let number = epoch["epoch"].as_u64();
                epoch["training"] == name && number.is_some_and(|it| it <= state.epoch as u64)
            };
            let lines: Vec<String> = self
                .earlier
                .iter()
                .filter(|it| belongs(it))
                .cloned()
                .collect();
            lines.iter().for_each(|line| self.write(line));
        }
        Ok(state)
    }

    fn keep(&mut self, identity: u64, state: &State, last: bool) {
        if self.comm.rank() == 0 && (last || self.kept.elapsed() >= self.interval) {
            self.kept = Instant::now();
            if let Err(error) = self.checkpoints.write(identity, state) {
                self.failed.get_or_insert(error);
            }
        }
    }
}
