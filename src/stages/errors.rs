//! Errors that every rank meets alike.

use crate::error::Error;

/// The error of a stage that the deck does not have; every rank meets it.
pub fn not_described(stage: &str, tables: &str) -> Error {
    Error::Everywhere(format!(
        "the deck does not describe {stage}; it needs {tables}"
    ))
}

/// An error that every rank meets alike, because all hold the same data.
pub fn everywhere(error: Error) -> Error {
    match error {
        Error::Unfinished(left) => Error::Unfinished(left),
        error => Error::Everywhere(error.to_string()),
    }
}
