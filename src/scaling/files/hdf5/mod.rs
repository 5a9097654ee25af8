//! scaling.h5: the contents of scaling.json, and every refit, as arrays.

mod axis;
mod comparison;
mod fit;
mod origin;
mod points;

use std::path::Path;

use crate::error::Result;
use crate::scaling::fit::Results;
use crate::store::{self, Provenance, Section};

/// Writes the results.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write_arrays(path: &Path, provenance: &Provenance, results: &Results) -> Result<()> {
    let numbered = |part: &str, number: usize| format!("{part}/{:03}", number + 1);
    let fits = results.fits.iter().enumerate();
    let scan = results.scan.iter().enumerate();
    let comparisons = results.comparisons.iter().enumerate();
    let sources = results.sources.iter().enumerate();
    let sections: Vec<Section> = fits
        .map(|(k, fit)| fit::section(numbered("fits", k), fit))
        .chain(scan.map(|(k, fit)| fit::section(numbered("scan", k), fit)))
        .chain(comparisons.map(|(k, one)| comparison::section(numbered("comparisons", k), one)))
        .chain(sources.map(|(k, one)| origin::section(numbered("sources", k), one)))
        .collect();
    store::write_arrays(path, "mblscale-scaling", provenance, &sections)
}
