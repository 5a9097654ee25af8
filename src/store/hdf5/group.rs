//! A group of a result file on its way into memory. Users may write such files themselves, so every
//! message names the dataset and what to do.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use hdf5::{Dataset, Group};

use super::attributes::{get_number, get_text};
use super::axes::{axes, in_order};
use super::failures::{self, read_failures};
use super::reason::reason;
use super::values::read_unpacked;
use crate::deck::Split;
use crate::store::table::{Dimension, Quantity, Table, group_name};

/// The length of a dimension, and the first part of the group that determines it.
struct Length {
    length: usize,
    source: String,
}

/// Chain lengths that a file may have. A ring has two sites or more, and damaged files may say anything.
const LENGTHS: RangeInclusive<usize> = 2..=1_000_000;

/// By the names of dimensions.
type Lengths = BTreeMap<&'static str, Length>;

/// The table of a group.
///
/// # Errors
/// The message for the user.
pub fn read_table(group: &Group) -> Result<Table, String> {
    let path = group.name();
    let at = path.trim_start_matches('/');
    let (sites, split) = identity(group, at)?;
    let strengths = read_coordinate(group, at, Dimension::Strength)?;
    let energy_densities = read_coordinate(group, at, Dimension::EnergyDensity)?;
    let mut lengths: Lengths = [
        (Dimension::Site, sites, "the attribute sites".to_owned()),
        (Dimension::Strength, strengths.len(), format!("{at}/h")),
        (
            Dimension::EnergyDensity,
            energy_densities.len(),
            format!("{at}/epsilon"),
        ),
    ]
    .map(|(dimension, length, source)| (dimension.name(), Length { length, source }))
    .into();
    let mut quantities = BTreeMap::new();
    for dataset in group.datasets().map_err(|error| reason(&error))? {
        let path = dataset.name();
        let name = path.rsplit('/').next().unwrap_or_default();
        if Dimension::named(name).is_none() && name != failures::NAME {
            let place = format!("{at}/{name}");
            let quantity = read_quantity(&dataset, name, &place, &mut lengths)?;
            quantities.insert(name.to_owned(), quantity);
        }
    }
    let length = |dimension: Dimension| lengths.get(dimension.name()).map_or(0, |it| it.length);
    let failures = read_failures(group, at, failures::WINDOW.map(length))?;
    Ok(Table {
        sites,
        split,
        strengths,
        energy_densities,
        quantities,
        solver: get_text(group, Table::SOLVER)?,
        failures,
    })
}

/// The values of a dimension. MATLAB writes lists as matrices of one row or column.
fn read_coordinate(group: &Group, at: &str, dimension: Dimension) -> Result<Vec<f64>, String> {
    let (name, meaning) = (dimension.name(), dimension.description());
    let wanted = format!("{at}/{name} is not a list of numbers: write one ({meaning})");
    let Ok(dataset) = group.dataset(name) else {
        return Err(wanted);
    };
    let values = read_unpacked(&dataset)
        .map_err(|reason| format!("{at}/{name} cannot be read: {reason}"))?;
    let long = values.shape().iter().filter(|&&length| length != 1).count();
    if values.ndim() == 0 || long > 1 {
        return Err(wanted);
    }
    Ok(values.into_iter().collect())
}

/// The chain length and the split, which make up the group's name.
fn identity(group: &Group, at: &str) -> Result<(usize, Split), String> {
    let sites = get_number(group, "sites")?.ok_or_else(|| {
        format!("{at} has no attribute \"sites\": write the chain length, an integer")
    })?;
    let whole = sites.max(0.0) as usize;
    let named = |split: &Split| at == group_name(whole, *split);
    match Split::ALL.into_iter().find(named) {
        Some(split) if LENGTHS.contains(&whole) && whole as f64 == sites => Ok((whole, split)),
        _ => {
            let shown = if sites.abs() < 1e15 {
                sites.to_string()
            } else {
                format!("{sites:e}")
            };
            Err(format!(
                "the attribute \"sites\" of {at} is {shown}: groups are called as in L08/train, by \
                 the chain length (from 2 to 1000000) and \"train\" or \"test\""
            ))
        }
    }
}

fn read_quantity(
    dataset: &Dataset,
    name: &str,
    place: &str,
    lengths: &mut Lengths,
) -> Result<Quantity, String> {
    let values =
        read_unpacked(dataset).map_err(|reason| format!("{place} cannot be read: {reason}"))?;
    let dimensions = axes(dataset, place)?;
    let shape = values.shape();
    for (dimension, &length) in dimensions.iter().zip(shape) {
        let name = dimension.name();
        let known = lengths.entry(name).or_insert_with(|| Length {
            length,
            source: place.to_owned(),
        });
        if length != known.length {
            return Err(format!(
                "{place} is {shape:?}, with {length} of {name} where {} has {}: give both the same",
                known.source, known.length
            ));
        }
    }
    let (dimensions, values) = in_order(&dimensions, values);
    Ok(Quantity {
        dimensions,
        units: remark(dataset, "units").unwrap_or_else(|| "1".to_owned()),
        description: remark(dataset, "description").unwrap_or_else(|| name.to_owned()),
        values,
    })
}

/// An attribute for people, which may be missing.
fn remark(dataset: &Dataset, name: &str) -> Option<String> {
    get_text(dataset, name).unwrap_or_else(|message| {
        log::warn!("{message}");
        None
    })
}
