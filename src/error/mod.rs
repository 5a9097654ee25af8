//! Errors. Each message names the key, file, rank or task, the value, and what to do.

mod problem;
mod system;
mod text;

use std::path::{Path, PathBuf};

pub use problem::{Problem, nearest};
pub use text::{fixed, number, printable, printable_lines};

/// Exit codes, besides 0 for done. README.md lists them.
pub mod exit_code {
    /// An error, with a message.
    pub const ERROR: u8 = 1;
    /// A wrong command line.
    pub const USAGE: u8 = 2;
    /// The same command continues.
    pub const UNFINISHED: u8 = 75;
}

/// The result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error with a message for the reader.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The deck cannot be run; every problem found is listed.
    #[error("{}", list(.0))]
    Deck(Vec<Problem>),

    /// A file could not be read or written.
    #[error("cannot {action} {}: {}", printable(&path.to_string_lossy()), printable(reason))]
    File {
        /// The failed action, such as "read", "write", "create".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason that the system or the format's library gives.
        reason: String,
    },

    /// What was asked for cannot be done; the message says what to do.
    #[error("{0}")]
    Refused(String),

    /// An error that every rank holds: one rank met it and shared it, or all met it.
    #[error("{0}")]
    Everywhere(String),

    /// No error, but a signal or a time limit stopped the run before its end. Every rank holds it.
    #[error("{0}")]
    Unfinished(String),
}

impl Error {
    /// The error of a stage whose `tables` the deck lacks. Every rank has the same deck.
    pub fn not_described(stage: &str, tables: &str) -> Self {
        Self::Everywhere(format!(
            "the deck does not describe {stage}; it needs {tables}"
        ))
    }

    /// This error, of a computation in which all ranks meet the same one.
    #[must_use]
    pub fn on_all_ranks(self) -> Self {
        match self {
            Self::Unfinished(left) => Self::Unfinished(left),
            other => Self::Everywhere(other.to_string()),
        }
    }

    /// An error in reading or writing `path`. A reason of the system gets a remedy.
    pub fn file(action: &'static str, path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::File {
            action,
            path: path.to_owned(),
            reason: system::with_remedy(&reason.to_string()),
        }
    }
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
