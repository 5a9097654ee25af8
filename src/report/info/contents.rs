//! data.h5 and predictions.h5: how many realizations are finished.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ndarray::ArrayView1;

use super::summary::{Summary, list, origin};
use crate::error::{Result, number};
use crate::report::format::table;
use crate::store::{Contents, Dimension, Table, identity, read_any};

/// The summary of a result file: where it comes from, and how many realizations are finished.
///
/// # Errors
/// When the file cannot be read, or is not a result file.
pub fn contents(path: &Path) -> Result<Summary> {
    let (file_type, contents) = read_any(path)?;
    let mut facts = origin(|name| contents.attributes.get(name).cloned());
    facts.push(("identity", identity(&contents.tables).to_string()));
    let mut sizes: Vec<usize> = contents.tables.iter().map(|table| table.sites).collect();
    sizes.dedup();
    Ok(Summary {
        what: format!("{file_type} of L = {}", list(&sizes)),
        facts,
        body: groups(&contents.tables) + &unread(&contents),
    })
}

/// What the file holds that was not read, and why: a line for what is no part of the layout, and one for
/// each dataset that cannot be read.
fn unread(contents: &Contents) -> String {
    let mut lines = Vec::new();
    if !contents.others.is_empty() {
        lines.push(format!(
            "no part of the layout: {}",
            contents.others.join(", ")
        ));
    }
    let unread = contents
        .tables
        .iter()
        .flat_map(|table| table.unread.values());
    lines.extend(unread.cloned());
    let shown = lines.iter().take(REASONS);
    let mut text: String = shown.map(|line| format!("\nnot read, {line}")).collect();
    if lines.len() > REASONS {
        text += &format!("\nnot read, and {} more", lines.len() - REASONS);
    }
    text
}

/// A line for each group, then the reasons of failures.
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

/// So many reasons are printed, the most frequent first.
const REASONS: usize = 10;

/// Each reason with the number of its windows, and the first of them.
fn failures(groups: &[Table]) -> String {
    struct Affected {
        windows: usize,
        first: String,
    }
    let mut all: BTreeMap<(&str, &str), Affected> = BTreeMap::new();
    for group in groups {
        for (&place, reason) in &group.failures {
            let [h, realization, energy] = place;
            let what = if group.is_complete(place) {
                "not defined"
            } else {
                "failed"
            };
            let first = || Affected {
                windows: 0,
                first: format!(
                    "{}, h = {}, realization {realization}, ε = {}",
                    group.group(),
                    number(group.strengths[h]),
                    number(group.energy_densities[energy])
                ),
            };
            all.entry((what, reason)).or_insert_with(first).windows += 1;
        }
    }
    let mut reasons: Vec<_> = all.into_iter().collect();
    reasons.sort_by_key(|(_, affected)| Reverse(affected.windows));
    let mut text = String::new();
    for ((what, reason), Affected { windows, first }) in reasons.iter().take(REASONS) {
        text += &format!("\n{what} in {windows} windows, first {first}: {reason}");
    }
    if let Some(more) = reasons.len().checked_sub(REASONS).filter(|&more| more > 0) {
        text += &format!("\nand for {more} more reasons: see `failure` in each group");
    }
    text
}

/// The realizations of a group.
#[derive(Debug, Clone, Copy, Default)]
pub struct Realizations {
    /// Those that are finished.
    pub finished: usize,
    /// How many there will be.
    pub all: usize,
}

/// Counts the realizations of a group. One without energy densities or sites is not finished.
pub fn realizations(group: &Table) -> Realizations {
    let complete = group.by_realization(Table::COMPLETE, Dimension::EnergyDensity);
    let Ok(values) = complete.or_else(|_| group.by_realization("field", Dimension::Site)) else {
        return Realizations::default();
    };
    let rows = || values.rows().into_iter().zip(0..);
    let most = values.dim().1;
    let has_quenches = group.quantities.contains_key(Table::QUENCH_COMPLETE);
    let is_known = |row: &ArrayView1<f64>| row.iter().all(|it| !it.is_nan());
    let known = |(row, number): &(ArrayView1<f64>, usize)| {
        let quench = group.quench([number / most, number % most]);
        let quenched = quench.is_some_and(|it| !it.is_nan());
        (has_quenches || !row.is_empty()) && is_known(row) && (quenched || !has_quenches)
    };
    Realizations {
        finished: rows().filter(known).count(),
        all: group.realizations(most),
    }
}

fn row(group: &Table) -> Vec<String> {
    let Realizations { finished, all } = realizations(group);
    let failed = (group.failures.keys()).filter(|place| !group.is_complete(**place));
    let quenches = group.quantities.get(Table::QUENCH_COMPLETE);
    let quenches = quenches.into_iter().flat_map(|it| it.values.indexed_iter());
    let unquenched = quenches.filter(|(_, value)| **value == 0.0);
    let unquenched: Vec<[usize; 2]> = unquenched.map(|(place, _)| [place[0], place[1]]).collect();
    let failed = failed.map(|place| [place[0], place[1]]);
    let failed: BTreeSet<_> = failed.chain(unquenched).collect();
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
        [only] => number(*only),
        [first, .., last] => {
            format!(
                "{} from {} to {}",
                values.len(),
                number(*first),
                number(*last)
            )
        }
    }
}
