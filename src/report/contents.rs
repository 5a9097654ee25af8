//! What `info` prints: a result file.

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
            "finished",
            "quantities",
        ],
        &rows,
    );
    Ok(text)
}

fn row(group: &Table) -> Vec<String> {
    let fields = group
        .quantities
        .get("energy_min")
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
    let names: Vec<&str> = group.quantities.keys().map(String::as_str).collect();
    vec![
        group.group(),
        range(&group.strengths),
        range(&group.energy_densities),
        format!("{finished} of {all}"),
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
