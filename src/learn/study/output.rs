//! study.json.

use std::path::Path;

use serde::Serialize;

use super::finding::Finding;
use crate::deck;
use crate::error::Result;
use crate::learn::ensemble::Description;
use crate::store::{Provenance, write_json};

#[derive(Serialize)]
struct Study<'a> {
    study: &'a deck::Study,
    #[serde(flatten)]
    description: &'a Description,
    findings: &'a [Finding],
}

/// Writes the findings of a study next to the description of the ensemble.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write_study(
    path: &Path,
    provenance: &Provenance,
    study: &deck::Study,
    description: &Description,
    findings: &[Finding],
) -> Result<()> {
    let contents = Study {
        study,
        description,
        findings,
    };
    write_json(path, "mblscale-study", provenance, &contents)
}
