//! JSON results, in an envelope that says what they are and where they come from.

use std::path::Path;

use serde::Serialize;

use super::hdf5::FORMAT_VERSION;
use crate::error::Result;
use crate::files::write_whole;
use crate::version::{COMMIT, VERSION};

#[derive(Serialize)]
struct Envelope<'a, T> {
    file_type: &'static str,
    format_version: i64,
    version: &'static str,
    commit: &'static str,
    deck: &'a str,
    #[serde(flatten)]
    contents: &'a T,
}

/// Writes `contents`, a structure with named fields: results of `deck`, given as text. A reader sees
/// the old file or the new one, never a part.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write_json<T: Serialize>(
    path: &Path,
    file_type: &'static str,
    deck: &str,
    contents: &T,
) -> Result<()> {
    let envelope = Envelope {
        file_type,
        format_version: FORMAT_VERSION,
        version: VERSION,
        commit: COMMIT,
        deck,
        contents,
    };
    let mut text = serde_json::to_vec_pretty(&envelope).expect("results have names for keys");
    text.push(b'\n');
    write_whole(path, &text)
}
