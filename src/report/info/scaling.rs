//! scaling.json and scaling.h5: the fits, as they are printed after a run.

use std::path::Path;

use super::summary::{Summary, counted, list, origin};
use crate::error::Result;
use crate::report::scaling::{parameter, scaling as tables};
use crate::scaling::{self, FitSummary, read_arrays_summary, read_summary};
use crate::store::{Document, read_parts};

/// The summary of a scaling.json.
///
/// # Errors
/// When an entry is missing or has other contents.
pub fn scaling(document: &Document) -> Result<Summary> {
    let found = read_summary(document)?;
    Ok(summary(&found, origin(|name| document.text(name))))
}

/// The summary of a scaling.h5.
///
/// # Errors
/// When the file cannot be read, or a part is missing.
pub fn arrays(path: &Path) -> Result<Summary> {
    read_parts(path, |parts| {
        let found = read_arrays_summary(parts)?;
        let entry = |name: &str| parts.attributes.get(name).cloned();
        Ok(summary(&found, origin(entry)))
    })
}

/// So many fits are shown in the first line.
const SHOWN: usize = 3;

fn summary(found: &scaling::Summary, mut facts: Vec<(&'static str, String)>) -> Summary {
    for source in &found.sources {
        facts.push(("source", format!("{} {}", source.identity, source.source)));
    }
    let critical = |fit: &FitSummary| {
        let h_c = parameter(&fit.h_c);
        format!("{} ({}): h_c = {h_c}", fit.target, fit.source)
    };
    let mut first: Vec<String> = found.fits.iter().take(SHOWN).map(critical).collect();
    if found.fits.len() > SHOWN {
        first.push("…".to_owned());
    }
    Summary {
        what: format!(
            "{} by finite-size scaling: {}",
            counted(found.fits.len(), "fit", "fits"),
            list(&first)
        ),
        facts,
        body: tables(found),
    }
}
