//! JSON results, in an envelope that says what they are and where they come from.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::error::Result;
use crate::files::write_whole;
use crate::store::hdf5::FORMAT_VERSION;
use crate::store::provenance::Provenance;

#[derive(Serialize)]
struct Envelope<'a, T> {
    file_type: &'static str,
    format_version: i64,
    #[serde(flatten)]
    provenance: BTreeMap<String, Value>,
    #[serde(flatten)]
    contents: &'a T,
}

/// Writes `contents`, a structure with named fields. A reader sees the old file or the new one, never
/// a part.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write_json<T: Serialize>(
    path: &Path,
    file_type: &'static str,
    provenance: &Provenance,
    contents: &T,
) -> Result<()> {
    let envelope = envelope(file_type, provenance, contents);
    let mut text = serde_json::to_vec_pretty(&envelope).expect("results have names for keys");
    text.push(b'\n');
    write_whole(path, &text)
}

/// The first line of a file of JSON lines, which says what they are and where they come from.
pub fn first_line(file_type: &'static str, provenance: &Provenance) -> String {
    let nothing = BTreeMap::<String, Value>::new();
    let envelope = envelope(file_type, provenance, &nothing);
    serde_json::to_string(&envelope).expect("texts have names for keys") + "\n"
}

fn envelope<'a, T>(
    file_type: &'static str,
    provenance: &Provenance,
    contents: &'a T,
) -> Envelope<'a, T> {
    Envelope {
        file_type,
        format_version: FORMAT_VERSION,
        provenance: provenance.values(),
        contents,
    }
}
