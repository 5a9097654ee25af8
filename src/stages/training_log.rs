//! Where the epochs of trainings go: training.jsonl, checkpoints on rank 0, and the display.
//!
//! A run may be killed at any moment. Lines are only appended, each before the checkpoint that
//! contains its epoch. The next run keeps the lines of epochs that its checkpoints contain. At the
//! end the file is written anew, in the order of the trainings. Its first line says where it comes
//! from.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::comm::{Communicator, any, share};
use crate::deck::Learn;
use crate::error::{Error, Result};
use crate::files::{create_anew, open_own, set_aside, write_whole};
use crate::identity::Identity;
use crate::learn::{Checkpoints, Epoch, Observer, State};
use crate::plan::Plan;
use crate::report::TrainingProgress;
use crate::stop::Stop;
use crate::store::{Provenance, first_line};

const FILE_TYPE: &str = "mblscale-training";

/// Follows the trainings of a stage.
pub struct Log<'a> {
    comm: &'a dyn Communicator,
    stop: &'a Stop,
    checkpoints: &'a Checkpoints,
    interval: Duration,
    /// When the last checkpoint was written.
    checkpointed: Instant,
    progress: TrainingProgress,
    provenance: &'a Provenance,
    path: PathBuf,
    /// Open on rank 0.
    file: Option<File>,
    /// The lines of an earlier run, whose trainings may be resumed.
    earlier: Vec<String>,
    /// The lines of this run's trainings, in order.
    lines: Vec<String>,
    failed: Option<Error>,
}

impl<'a> Log<'a> {
    /// Begins training.jsonl. Without an epoch to come there is none, and one of other networks is set
    /// aside.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn new(
        plan: &Plan,
        provenance: &'a Provenance,
        comm: &'a dyn Communicator,
        stop: &'a Stop,
        checkpoints: &'a Checkpoints,
    ) -> Result<Self> {
        let path = plan.paths.training();
        let (mut file, mut earlier) = (None, Vec::new());
        let trains = plan.deck().learn.as_ref().is_some_and(Learn::trains);
        share(comm, || {
            if !trains {
                return path
                    .exists()
                    .then(|| set_aside(&path, "replaced"))
                    .transpose();
            }
            let resumed = checkpoints.any();
            let mut opened = if resumed {
                let resumed = resume(&path).map_err(|error| Error::file("write", &path, error))?;
                earlier = resumed.lines;
                resumed.file
            } else {
                create_anew(&path)?
            };
            if earlier.is_empty() {
                let begun = opened.write_all(first_line(FILE_TYPE, provenance).as_bytes());
                begun.map_err(|error| Error::file("write", &path, error))?;
            }
            file = Some(opened);
            Ok(None)
        })?;
        let interval = plan.deck().run.checkpoint.duration;
        Ok(Self {
            comm,
            stop,
            checkpoints,
            interval,
            checkpointed: Instant::now(),
            progress: TrainingProgress::new(comm.rank()),
            provenance,
            path,
            file,
            earlier,
            lines: Vec::new(),
            failed: None,
        })
    }

    /// Ends training.jsonl.
    ///
    /// # Errors
    /// The first failure to write, which did not stop the training.
    pub fn finish(self) -> Result<TrainingProgress> {
        share(self.comm, || match self.failed {
            Some(error) => Err(error),
            None if self.file.is_none() => Ok(()),
            None => {
                let first = first_line(FILE_TYPE, self.provenance);
                write_whole(&self.path, (first + &self.lines.concat()).as_bytes())
            }
        })?;
        Ok(self.progress)
    }
}

/// The file of an earlier run, to be appended to, with the lines that it has.
struct Resumed {
    file: File,
    lines: Vec<String>,
}

fn resume(path: &Path) -> io::Result<Resumed> {
    let mut options = OpenOptions::new();
    let mut file = open_own(path, options.create(true).read(true).append(true))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        // The earlier run was killed in the middle of a line.
        file.write_all(b"\n")?;
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.lines().map(str::to_owned).collect();
    Ok(Resumed { file, lines })
}

impl Observer for Log<'_> {
    fn expect(&mut self, work: f64) {
        self.progress.expect(work);
    }

    fn epoch(&mut self, epoch: &Epoch) {
        if let Some(file) = &mut self.file {
            let line = serde_json::to_string(epoch).expect("an epoch has names for keys");
            let line = line + "\n";
            if let Err(error) = file.write_all(line.as_bytes()) {
                let failed = Error::file("write", &self.path, error);
                self.failed.get_or_insert(failed);
            }
            self.lines.push(line);
        }
        self.progress.show(epoch);
    }

    fn stops(&mut self, seconds: f64) -> bool {
        // The next epoch will take as long as this one.
        let own = self.stop.signalled() || !self.stop.has_time_for(seconds);
        any(self.comm, own)
    }

    fn resume(&mut self, name: &str, identity: Identity) -> Result<Option<State>> {
        let state = share(self.comm, || self.checkpoints.read(identity))?;
        if let Some(state) = &state {
            // Epochs after the checkpoint are trained again. Of two lines of an epoch the later counts.
            let mut lines = BTreeMap::new();
            for line in &self.earlier {
                let known: Value = serde_json::from_str(line).unwrap_or_default();
                if let Some(epoch) = known["epoch"].as_u64()
                    && known["training"] == name
                    && epoch <= state.epoch as u64
                {
                    lines.insert(epoch, format!("{line}\n"));
                }
            }
            self.lines.extend(lines.into_values());
        }
        Ok(state)
    }

    fn keep(&mut self, identity: Identity, state: &State, last: bool) {
        if self.comm.rank() == 0 && (last || self.checkpointed.elapsed() >= self.interval) {
            self.checkpointed = Instant::now();
            if let Err(error) = self.checkpoints.write(identity, state) {
                self.failed.get_or_insert(error);
            }
        }
    }
}
