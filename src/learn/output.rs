//! evaluation.json and study.json.

use std::path::Path;

use serde::Serialize;

use super::{Description, Features, Finding, Score};
use crate::deck;
use crate::error::Result;
use crate::store::write_json;

#[derive(Serialize)]
struct Evaluation<'a> {
    #[serde(flatten)]
    description: &'a Description,
    scores: &'a [Score],
    features: &'a [Features],
}

/// Writes the scores and features of an ensemble that `deck`, given as text, described.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write_evaluation(
    path: &Path,
    deck: &str,
    description: &Description,
    scores: &[Score],
    features: &[Features],
) -> Result<()> {
    let contents = Evaluation {
        description,
        scores,
        features,
    };
    write_json(path, "mblscale-evaluation", deck, &contents)
}

#[derive(Serialize)]
struct Study<'a> {
    study: &'a deck::Study,
    #[serde(flatten)]
    description: &'a Description,
    findings: &'a [Finding],
}

/// Writes what a study found beside the ensemble of `description`.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write_study(
    path: &Path,
    deck: &str,
    study: &deck::Study,
    description: &Description,
    findings: &[Finding],
) -> Result<()> {
    let contents = Study {
        study,
        description,
        findings,
    };
    write_json(path, "mblscale-study", deck, &contents)
}
