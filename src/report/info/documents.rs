//! JSON files: what they say that they are decides who reads them.

use std::path::Path;

use super::evaluation::evaluation;
use super::scaling::scaling;
use super::study::study;
use super::summary::{READABLE, Summary, list};
use super::tasks::tasks;
use super::training::training;
use crate::error::{Error, Result};
use crate::store::{Document, Lines};

/// The summary of a JSON file, of one document or of lines.
///
/// # Errors
/// When it is damaged, or none of this program.
pub fn json(path: &Path) -> Result<Summary> {
    let refuse = |reason: String| Error::file("read", path, reason);
    let bytes = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| refuse(format!("it is no text in UTF-8: {error}")))?;
    let lines = Lines::parse(path, text);
    if lines.have(&["training", "epoch"]) || lines.file_type() == Some("mblscale-training") {
        return training(lines);
    }
    if lines.have(&["sites", "strength", "seconds"]) {
        return Ok(tasks(lines));
    }
    let document = Document::parse(path, text)?;
    let read = match document.file_type() {
        Some("mblscale-evaluation") => evaluation,
        Some("mblscale-study") => study,
        Some("mblscale-scaling") => scaling,
        Some(other) => return Err(refuse(format!("it is a {other} file; {READABLE}"))),
        None => {
            let keys: Vec<&String> = document.keys().take(SHOWN).collect();
            let reason = format!(
                "it is JSON without the file_type of this program, and has the keys {}",
                list(&keys)
            );
            return Err(refuse(format!("{reason}; {READABLE}")));
        }
    };
    document.check_version()?;
    read(&document)
}

/// So many keys of a foreign file are shown.
const SHOWN: usize = 8;
