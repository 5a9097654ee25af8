//! scaling.json as people are shown it.

use super::record::Summary;
use crate::error::Result;
use crate::store::Document;

/// The summary of a scaling.json.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when an entry is missing or has other contents.
pub fn read_summary(document: &Document) -> Result<Summary> {
    Ok(Summary {
        // Files of earlier versions have no sources.
        sources: match document.has("sources") {
            true => document.entry("sources")?,
            false => Vec::new(),
        },
        fits: document.entry("fits")?,
        comparisons: document.entry("comparisons")?,
        scan: document.entry("scan")?,
    })
}
