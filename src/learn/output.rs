//! evaluation.json.

use std::path::Path;

use serde::Serialize;

use super::{Description, Score};
use crate::error::Result;
use crate::store::write_json;

#[derive(Serialize)]
struct Evaluation<'a> {
    #[serde(flatten)]
    description: &'a Description,
    scores: &'a [Score],
}

/// Writes the scores of an ensemble that `deck`, given as text, described.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write_evaluation(
    path: &Path,
    deck: &str,
    description: &Description,
    scores: &[Score],
) -> Result<()> {
    let contents = Evaluation {
        description,
        scores,
    };
    write_json(path, "mblscale-evaluation", deck, &contents)
}
