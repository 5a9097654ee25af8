//! evaluation.json.

use std::path::Path;

use serde::Serialize;

use super::{Description, Score};
use crate::error::Result;
use crate::store::{COMMIT, VERSION, write_whole};

/// The version of the file format.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
struct Contents<'a> {
    file_type: &'static str,
    format_version: u32,
    version: &'static str,
    commit: &'static str,
    #[serde(flatten)]
    description: &'a Description,
    deck: &'a str,
    scores: &'a [Score],
}

/// Writes the scores of an ensemble that `deck`, given as text, described.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when the directory cannot be written to.
pub fn write_evaluation(
    path: &Path,
    deck: &str,
    description: &Description,
    scores: &[Score],
) -> Result<()> {
    let contents = Contents {
        file_type: "mblscale-evaluation",
        format_version: FORMAT_VERSION,
        version: VERSION,
        commit: COMMIT,
        description,
        deck,
        scores,
    };
    let mut text = serde_json::to_vec_pretty(&contents).expect("scores have names for keys");
    text.push(b'\n');
    write_whole(path, &text)
}
