//! Curves from a table of means.

use std::collections::BTreeSet;

use super::curve::Curve;
use super::request::Request;
use super::sample::SAME;
use super::table::Row;
use crate::error::{Error, Result};

/// The curves of the requested target, by ascending length. Errors that are not given are NaN.
///
/// # Errors
/// [`Error::Refused`] when the table has other indicators only, or does not tell which it has.
pub fn curves(rows: &[Row], request: &Request) -> Result<Vec<Curve>> {
    check_indicators(rows, request)?;
    let (selection, target) = (request.selection, &request.target.name);
    let is_wanted = |epsilon: Option<f64>| match (epsilon, request.energy_density) {
        (Some(own), Some(wanted)) => (own - wanted).abs() < SAME,
        (own, wanted) => own == wanted,
    };
    let mut wanted: Vec<&Row> = rows
        .iter()
        .filter(|row| row.indicator.as_deref().is_none_or(|name| name == target))
        .filter(|row| is_wanted(row.epsilon))
        .filter(|row| selection.has_size(row.sites) && selection.has_strength(row.strength))
        .collect();
    wanted.sort_by(|a, b| (a.sites.cmp(&b.sites)).then(a.strength.total_cmp(&b.strength)));
    let sizes = wanted.chunk_by(|a, b| a.sites == b.sites);
    Ok(sizes.map(curve).collect())
}

/// Refuses a table that does not tell which values are the target's.
fn check_indicators(rows: &[Row], request: &Request) -> Result<()> {
    let targets = &request.scaling.targets;
    if targets.len() > 1 && rows.iter().any(|row| row.indicator.is_none()) {
        return Err(Error::Refused(format!(
            "a table without a column \"indicator\" is of one indicator, scaling.targets names {}; \
             add the column, or name one",
            targets.join(", ")
        )));
    }
    let names: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| row.indicator.as_deref())
        .collect();
    if names.is_empty() || names.contains(request.target.name.as_str()) {
        return Ok(());
    }
    let names: Vec<&str> = names.into_iter().collect();
    Err(Error::Refused(format!(
        "the table has no \"{}\", its column of indicators names {}; name one of these in \
         scaling.targets",
        request.target.name,
        names.join(", ")
    )))
}

/// The curve of one chain length.
fn curve(rows: &[&Row]) -> Curve {
    let numbers = |of: fn(&Row) -> f64| rows.iter().map(|row| of(row)).collect();
    let counts = rows.iter().map(|row| row.realizations.unwrap_or(0));
    Curve {
        sites: rows[0].sites,
        strengths: numbers(|row| row.strength),
        means: numbers(|row| row.mean),
        errors: numbers(|row| row.error.unwrap_or(f64::NAN)),
        realizations: counts.collect(),
    }
}
