//! What `info` prints: a result file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::format::table;
use crate::error::Result;
use crate::store::{Table, read_any};

/// A result file for people: where it comes from, and how much of it is there.
///
/// # Errors
/// When the file cannot be read or is not one of ours.
pub fn contents(path: &Path) -> Result<String> {
    let (file_type, contents) = read_any(path)?;
    let mut text = format!("{}: {file_type}\n", path.display());
    for name in ["version", "commit", "host", "ranks", "started", "finished"] {
        if let Some(value) = contents.attributes.get(name) {
            text += &format!("{name:<10} {value}\n");
        }
    }
    text += "\n";
    text += &groups(&contents.tables);
    Ok(text)
}

/// A line for each group, then why windows failed.
pub fn groups(groups: &[Table]) -> String {
    let header = [
        "group",
        "strengths",
        "energy densities",
        "solver",
        "finished",
        "failed",
        "quantities",
    ];
    let rows: Vec<Vec<String>> = groups.iter().map(row).collect();
    table(&header, &rows) + &failures(groups)
}

/// Reasons of failure that are said, the most frequent first.
const REASONS: usize = 10;

/// Why windows failed: how many for each reason, and the first of them.
fn failures(groups: &[Table]) -> String {
    let mut counts: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for group in groups {
        for (&[h, realization, energy], reason) in &group.failures {
            let first = || {
                format!(
                    "{}, h = {}, realization {realization}, ε = {}",
                    group.group(),
                    group.strengths[h],
                    group.energy_densities[energy]
                )
            };
            counts.entry(reason).or_insert_with(|| (0, first())).0 += 1;
        }
    }
    let mut reasons: Vec<_> = counts.into_iter().collect();
    reasons.sort_by_key(|(_, (count, _))| Reverse(*count));
    let mut text = String::new();
    for (reason, (count, first)) in reasons.iter().take(REASONS) {
        text += &format!("\nfailed in {count} windows, first {first}: {reason}");
    }
    if let Some(more) = reasons.len().checked_sub(REASONS).filter(|&more| more > 0) {
        text += &format!("\nand for {more} reasons more: see `failure` in each group");
    }
    text
}

/// Realizations of a group that are finished, and all.
pub fn finished(group: &Table) -> (usize, usize) {
    let quantity = (group.quantities.get("complete")).or_else(|| group.quantities.get("field"));
    let Some(values) = quantity.map(|quantity| &quantity.values) else {
        return (0, 0);
    };
    let realizations: usize = values.shape()[..2].iter().product();
    let each = values.len() / realizations.max(1);
    let known: Vec<bool> = values.iter().map(|value| !value.is_nan()).collect();
    let finished = known
        .chunks(each)
        .filter(|it| it.iter().all(|&known| known));
    (finished.count(), realizations)
}

fn row(group: &Table) -> Vec<String> {
    let (finished, all) = finished(group);
    let failed: BTreeSet<_> = group.failures.keys().map(|place| &place[..2]).collect();
    let names: Vec<&str> = group.quantities.keys().map(String::as_str).collect();
    vec![
        group.group(),
        range(&group.strengths),
        range(&group.energy_densities),
        group.solver.clone().unwrap_or_else(|| "-".to_owned()),
        format!("{finished} of {all}"),
        failed.len().to_string(),
        names.join(" "),
    ]
}

fn range(values: &[f64]) -> String {
    match values {
        [] => "none".to_owned(),
        [only] => only.to_string(),
        [first, .., last] => format!("{} from {first} to {last}", values.len()),
    }
}
