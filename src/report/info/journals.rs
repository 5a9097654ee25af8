//! Journals: results on their way to data.h5.

use std::collections::BTreeMap;
use std::path::Path;

use super::summary::{Summary, counted};
use crate::error::Result;
use crate::report::format::table;
use crate::store::{Journals, group_name};

/// The summary of one journal.
///
/// # Errors
/// When it cannot be read.
pub fn journal(path: &Path) -> Result<Summary> {
    Ok(summary(&Journals::of_file(path)?))
}

/// The summary of a directory of journals.
///
/// # Errors
/// When one cannot be read.
pub fn journals(directory: &Path) -> Result<Summary> {
    Ok(summary(&Journals::read(directory)?))
}

fn summary(found: &Journals) -> Summary {
    let mut groups: BTreeMap<_, usize> = BTreeMap::new();
    for record in &found.records {
        let task = &record.task;
        *groups.entry((task.sites, task.split)).or_default() += 1;
    }
    let row =
        |(&(sites, split), count): (&_, &usize)| vec![group_name(sites, split), count.to_string()];
    let rows: Vec<Vec<String>> = groups.iter().map(row).collect();
    let mut body = table(&["group", "results"], &rows);
    for damage in found.damage() {
        body += &format!("\nwarning: {damage}");
    }
    Summary {
        what: format!(
            "{} in {}, which the next run of generate moves to data.h5",
            counted(found.records.len(), "result", "results"),
            counted(found.count(), "journal", "journals")
        ),
        facts: Vec::new(),
        body,
    }
}
