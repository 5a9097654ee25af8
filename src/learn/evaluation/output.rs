//! evaluation.json.

use std::path::Path;

use serde::Serialize;

use super::features::Features;
use super::score::Score;
use crate::error::Result;
use crate::learn::ensemble::Description;
use crate::store::write_json;

#[derive(Serialize)]
struct Evaluation<'a> {
    #[serde(flatten)]
    description: &'a Description,
    scores: &'a [Score],
    features: &'a [Features],
}

/// Writes the scores and features of an ensemble. `deck` is the text of the deck.
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
