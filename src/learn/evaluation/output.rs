//! evaluation.json.

use std::path::Path;

use serde::Serialize;

use super::features::Features;
use super::score::Score;
use crate::error::Result;
use crate::learn::ensemble::Description;
use crate::store::{Provenance, write_json};

#[derive(Serialize)]
struct Evaluation<'a> {
    #[serde(flatten)]
    description: &'a Description,
    scores: &'a [Score],
    features: &'a [Features],
}

/// Writes the scores and features of an ensemble.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write_evaluation(
    path: &Path,
    provenance: &Provenance,
    description: &Description,
    scores: &[Score],
    features: &[Features],
) -> Result<()> {
    let contents = Evaluation {
        description,
        scores,
        features,
    };
    write_json(path, "mblscale-evaluation", provenance, &contents)
}
