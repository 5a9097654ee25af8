//! What `info` prints: a result file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::table;
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
    let rows: Vec<Vec<String>> = contents.tables.iter().map(row).collect();
    text += "\n";
    text += &table(
        &[
            "group",
            "strengths",
            "energy densities",
            "solver",
            "finished",
            "failed",
            "quantities",
        ],
        &rows,
    );
    text += &failures(&contents.tables);
    Ok(text)
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

fn row(group: &Table) -> Vec<String> {
    let fields = group
        .quantities
        .get("complete")
        .or_else(|| group.quantities.get("field"));
    let (finished, all) = fields.map_or((0, 0), |quantity| {
        let per_realization: usize = quantity.values.shape()[2..].iter().product();
        let there = quantity
            .values
            .iter()
            .filter(|value| !value.is_nan())
            .count();
        (
            there / per_realization,
            quantity.values.len() / per_realization,
        )
    });
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
