//! What can go wrong, said for the person who reads it: which key, file, rank or task, what value,
//! and what to do.

mod problem;

use std::path::{Path, PathBuf};

pub use problem::{Problem, nearest};

/// The result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error with a message for the reader.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The deck says something that cannot be run; every problem found is listed.
    #[error("{}", list(.0))]
    Deck(Vec<Problem>),

    /// A file could not be read or written.
    #[error("cannot {action} {}: {reason}", path.display())]
    File {
        /// What was tried: "read", "write", "create".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system or the format's library said.
        reason: String,
    },

    /// Something was asked for that cannot be done; the message holds the remedy.
    #[error("{0}")]
    Refused(String),

    /// An error that every rank holds, because it was met by one and shared with all.
    #[error("{0}")]
    Everywhere(String),

    /// Nothing is wrong, but the run was asked to stop before the end; every rank holds this.
    #[error("{0}")]
    Unfinished(String),
}

impl Error {
    /// An error in reading or writing `path`.
    pub fn file(action: &'static str, path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::File {
            action,
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
