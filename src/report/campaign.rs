//! What `info` prints of an output directory: how far its campaign is, while it runs, after its end,
//! or after a crash.

use std::collections::BTreeMap;
use std::path::Path;

use super::contents::{finished, groups};
use super::format::{duration, table};
use crate::error::Result;
use crate::plan::{Machine, Paths};
use crate::store::{Assembly, FileType, Journals, Lock, Table, mean_seconds, read};

/// The state of the campaign in the directory `root`, for people. It only looks: a run that goes on
/// there is not disturbed.
///
/// # Errors
/// When a file cannot be read or is not one of ours.
pub fn campaign(root: &Path) -> Result<String> {
    let paths = Paths::new(root);
    let (run, ranks) = run(root);
    // The journals first: what moves to data.h5 in between is then seen twice, and not missed.
    let journals = Journals::read(&paths.journals())?;
    let contents = read(&paths.data(), FileType::Data)?;
    let mut assembly = Assembly::of(contents)?;
    for record in &journals.records {
        assembly.insert(record)?;
    }
    let tables = assembly.tables();
    let counts: Vec<(usize, usize)> = tables.iter().map(finished).collect();
    let done: usize = counts.iter().map(|count| count.0).sum();
    let all: usize = counts.iter().map(|count| count.1).sum();
    let mut text = format!(
        "{}: {run}\n{done} of {all} realizations finished; {} results are not yet in data.h5\n\n{}",
        root.display(),
        journals.records.len(),
        groups(tables)
    );
    text += &speed(
        &mean_seconds(&paths.run_log(), &journals.records),
        tables,
        ranks,
    );
    Ok(text)
}

/// Whether something runs there, and on how many ranks.
fn run(root: &Path) -> (String, Option<usize>) {
    let host = Machine::here(root).host;
    match Lock::holder(root) {
        Some((holder, silent)) if holder.may_live(silent, &host) => (
            format!(
                "running on {} (process {}, {} ranks, since {})",
                holder.host, holder.process, holder.ranks, holder.started
            ),
            Some(holder.ranks),
        ),
        Some((holder, silent)) => (
            format!(
                "not running: the run on {} since {} was last seen alive {} ago",
                holder.host,
                holder.started,
                duration(silent.as_secs_f64())
            ),
            None,
        ),
        None => ("not running".to_owned(), None),
    }
}

/// What tasks have taken so far, and what those that are left will take at that speed.
fn speed(
    measured: &BTreeMap<usize, (usize, f64)>,
    tables: &[Table],
    ranks: Option<usize>,
) -> String {
    if measured.is_empty() {
        return String::new();
    }
    let mut total = 0.0;
    let rows: Vec<Vec<String>> = measured
        .iter()
        .map(|(&sites, &(tasks, mean))| {
            let of_size = tables.iter().filter(|table| table.sites == sites);
            let left: usize = of_size
                .map(finished)
                .map(|(finished, all)| all - finished)
                .sum();
            let seconds = left as f64 * mean;
            total += seconds;
            vec![
                sites.to_string(),
                tasks.to_string(),
                duration(mean),
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
