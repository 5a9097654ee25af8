//! Samples from tables of realizations.

use std::collections::BTreeMap;

use super::request::Request;
use super::sample::Sample;
use crate::error::{Error, Result};
use crate::store::{Dimension, Table};

/// The values that are there, and those that are missing.
#[derive(Default)]
struct Count {
    found: usize,
    missing: usize,
}

/// The samples of the requested target, by ascending length, with a warning for each length that
/// lacks values.
///
/// # Errors
/// [`Error::Refused`] when a table lacks the target, or has a value that is infinite.
pub fn samples(tables: &[Table], request: &Request) -> Result<(Vec<Sample>, Vec<String>)> {
    let (selection, split) = (request.selection, request.scaling.split);
    let wanted = request.energy_density.unwrap_or(f64::NAN);
    let mut samples = Vec::new();
    let mut counts: BTreeMap<usize, Count> = BTreeMap::new();
    for table in tables {
        if !selection.has_size(table.sites) || split.is_some_and(|split| table.split != split) {
            continue;
        }
        if let Ok(level) = table.energy_density_index(wanted) {
            let count = counts.entry(table.sites).or_default();
            pool(&mut samples, count, table, level, request)?;
        }
    }
    samples.sort_by_key(|sample| sample.sites);
    let warnings = counts.iter().filter(|(_, count)| count.missing > 0);
    let warnings = warnings.map(|(sites, Count { found, missing })| {
        let all = found + missing;
        format!("L = {sites}: left out {missing} of {all} realizations, without a value")
    });
    Ok((samples, warnings.collect()))
}

/// Removes points that have no error, and returns a warning for each length that had any.
pub fn drop_sparse(samples: &mut [Sample]) -> Vec<String> {
    let mut warnings = Vec::new();
    for sample in samples {
        let dropped = sample.drop_sparse();
        if !dropped.is_empty() {
            warnings.push(format!(
                "L = {}: left out h = {dropped:?}, with fewer than two realizations",
                sample.sites
            ));
        }
    }
    warnings
}

/// What predictions of single networks run over.
const MEMBERS: [Dimension; 4] = [
    Dimension::Member,
    Dimension::Strength,
    Dimension::Realization,
    Dimension::EnergyDensity,
];

/// Adds the normalised realizations of a table at its energy density number `level`.
fn pool(
    samples: &mut Vec<Sample>,
    counted: &mut Count,
    table: &Table,
    level: usize,
    request: &Request,
) -> Result<()> {
    let (target, normalisation) = (request.target, request.scaling.normalisation);
    let scale = target.scale(normalisation, table.sites);
    let found = table.target(&target.name)?;
    if found.third == Dimension::Time {
        return Err(Error::Refused(format!(
            "{}/{} is of quenches, and scaling reads quantities of windows: take it out of scaling.targets",
            table.group(),
            found.name
        )));
    }
    let (quantity, values) = (found.name, found.view());
    // The predictions of each network, if there are several: (member, h, realization, ε).
    let name = format!("{quantity}_members");
    let members = match table.over(&name, &MEMBERS) {
        Err(error) if table.unread.contains_key(&name) => return Err(error),
        members => members.ok(),
    };
    if members.is_some() {
        table.check_together(quantity, &name)?;
    }
    let count = members.as_ref().map_or(1, |all| all.shape()[0]);
    let sample = of_size(samples, table.sites, count);
    if count == 0 || sample.members != count {
        return Err(Error::Refused(format!(
            "{}/{} has {count} prediction(s) of each realization where {} are expected: predict the \
             length again, or name one split in scaling.split",
            table.group(),
            quantity,
            sample.members.max(1)
        )));
    }
    sample.statistic = found.over_realizations.unwrap_or_default();
    for (row, &strength) in table.strengths.iter().enumerate() {
        if !request.selection.has_strength(strength) {
            continue;
        }
        // A strength without any finished realization is added too, so that a warning names it.
        let _ = sample.at(strength);
        for realization in 0..table.realizations_at(row, values.shape()[1]) {
            let of_member = |member: usize| match &members {
                Some(all) => all[[member, row, realization, level]],
                None => values[[row, realization, level]],
            };
            let known: Vec<f64> = (0..count).map(|member| of_member(member) / scale).collect();
            // What is not computed is NaN.
            if known.iter().any(|value| value.is_nan()) {
                counted.missing += 1;
                continue;
            }
            if known.iter().any(|value| value.is_infinite()) {
                let place = [row, realization, level];
                return Err(table.infinite(quantity, &MEMBERS[1..], &place));
            }
            counted.found += 1;
            sample.at(strength).extend(known);
        }
    }
    Ok(())
}

/// The sample of a chain length, which is added if it is new.
fn of_size(samples: &mut Vec<Sample>, sites: usize, members: usize) -> &mut Sample {
    let known = samples.iter().position(|sample| sample.sites == sites);
    let index = known.unwrap_or_else(|| {
        samples.push(Sample::new(sites, members));
        samples.len() - 1
    });
    &mut samples[index]
}
