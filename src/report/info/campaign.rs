//! The state of a campaign: what it has generated, and how long the rest takes.

use std::collections::BTreeMap;

use super::contents::{Realizations, groups, realizations};
use crate::error::Result;
use crate::plan::Paths;
use crate::report::format::{duration, table};
use crate::store::{Assembly, FileType, Journals, Measured, Table, measured, read};

/// The state of the campaign whose files these are, running on so many ranks if it runs, as text.
///
/// # Errors
/// When a file cannot be read, or is not a result file.
pub fn campaign(paths: &Paths, ranks: Option<usize>) -> Result<String> {
    // The journals are read first. Records that move to data.h5 in between are then read twice,
    // which changes nothing, and none is missed.
    let journals = Journals::read(&paths.journals())?;
    let contents = read(&paths.data(), FileType::Data)?;
    let mut assembly = Assembly::of(contents)?;
    for record in &journals.records {
        assembly.insert(record)?;
    }
    let tables = assembly.tables();
    let counts: Vec<Realizations> = tables.iter().map(realizations).collect();
    let finished: usize = counts.iter().map(|count| count.finished).sum();
    let all: usize = counts.iter().map(|count| count.all).sum();
    let mut text = format!(
        "{finished} of {all} realizations finished; {} results are not yet in data.h5\n\n{}",
        journals.records.len(),
        groups(tables)
    );
    text += &speed(
        &measured(&paths.run_log(), &journals.records),
        tables,
        ranks,
    );
    Ok(text)
}

/// How long tasks have taken so far, and how long those that are left will take at that speed.
fn speed(measured: &BTreeMap<usize, Measured>, tables: &[Table], ranks: Option<usize>) -> String {
    if measured.is_empty() {
        return String::new();
    }
    let mut total = 0.0;
    let rows: Vec<Vec<String>> = measured
        .iter()
        .map(|(&sites, measured)| {
            let of_size = tables.iter().filter(|table| table.sites == sites);
            let left: usize = of_size
                .map(realizations)
                .map(|count| count.all - count.finished)
                .sum();
            let seconds = left as f64 * measured.mean_seconds;
            total += seconds;
            vec![
                sites.to_string(),
                measured.tasks.to_string(),
                duration(measured.mean_seconds),
                left.to_string(),
                duration(seconds),
            ]
        })
        .collect();
    let header = ["L", "solved", "mean", "left", "on one rank"];
    let mut text = format!("\n\n{}", table(&header, &rows));
    if let Some(ranks) = ranks {
        let left = duration(total / ranks as f64);
        text += &format!("\nabout {left} left on {ranks} ranks");
    }
    text
}
