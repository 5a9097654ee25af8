//! Where a run's files are.

use std::path::{Path, PathBuf};

/// The files of an output directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Paths {
    root: PathBuf,
}

impl Paths {
    /// The files under `root`, the deck's `output`.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Exact indicators of every realization.
    pub fn data(&self) -> PathBuf {
        self.root.join("data.h5")
    }

    /// Results of the ranks that are not yet in [`data`](Self::data).
    pub fn journals(&self) -> PathBuf {
        self.root.join("journals")
    }

    /// Unfinished searches of long solves.
    pub fn searches(&self) -> PathBuf {
        self.root.join("searches")
    }

    /// A line for every task that was solved.
    pub fn run_log(&self) -> PathBuf {
        self.root.join("run.jsonl")
    }

    /// One file for each network of the ensemble.
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// One line for each epoch.
    pub fn training(&self) -> PathBuf {
        self.root.join("training.jsonl")
    }

    /// The networks' scores on the test data.
    pub fn evaluation(&self) -> PathBuf {
        self.root.join("evaluation.json")
    }

    /// What a study of the networks compared.
    pub fn study(&self) -> PathBuf {
        self.root.join("study.json")
    }

    /// Predicted indicators.
    pub fn predictions(&self) -> PathBuf {
        self.root.join("predictions.h5")
    }

    /// Fits of finite-size scaling.
    pub fn scaling(&self) -> PathBuf {
        self.root.join("scaling.json")
    }

    /// The same with every refit, as arrays.
    pub fn scaling_arrays(&self) -> PathBuf {
        self.root.join("scaling.h5")
    }
}
