//! A group of a result file on its way into memory. Users may write such files themselves, so every
//! message names the dataset and what to do. What cannot be read matters only if it is asked for.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use hdf5::{Dataset, Group, LocationType};

use super::attributes::{get_number, get_text};
use super::axes::{axes, in_order};
use super::coordinate::{Coordinate, read_coordinate, refuse_twice};
use super::failures::{by_window, read_failures};
use super::grid::{Grid, Strengths, by_value, sorted};
use super::reason::reason;
use super::values::read_unpacked;
use crate::deck::Split;
use crate::error::number;
use crate::store::table::{Dimension, Quantity, Table, group_name};

/// Chain lengths that a file may have. A ring has two sites or more, and damaged files may say anything.
const LENGTHS: RangeInclusive<usize> = 2..=1_000_000;

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
    let (raw, mut unread) = read_quantities(group, at, sites)?;
    let (strengths, energy_densities, grid) = grid(at, strengths, &energy_densities.values, &raw)?;
    let mut quantities = BTreeMap::new();
    for (name, quantity) in raw {
        let place = format!("{at}/{name}");
        let Quantity {
            dimensions, values, ..
        } = quantity;
        match grid.arrange(dimensions, values, f64::NAN, &place) {
            Ok((dimensions, values)) => {
                let arranged = Quantity {
                    dimensions,
                    values,
                    ..quantity
                };
                quantities.insert(name, arranged);
            }
            Err(reason) => {
                unread.insert(name, reason);
            }
        }
    }
    let failures = read_failures(group, at).and_then(|found| by_window(found, at, &grid));
    let failures = failures.unwrap_or_else(|reason| {
        unread.insert(Table::FAILURE.to_owned(), reason);
        BTreeMap::new()
    });
    Ok(Table {
        sites,
        split,
        strengths,
        energy_densities,
        coordinates: other_coordinates(group, at),
        quantities,
        solver: get_text(group, Table::SOLVER).ok().flatten(),
        failures,
        counts: grid.counts(),
        unread,
    })
}

/// The coordinates beside strengths and energy densities that do not only count. One that cannot be read
/// does no harm.
fn other_coordinates(group: &Group, at: &str) -> BTreeMap<Dimension, Vec<f64>> {
    let others = Dimension::ALL.into_iter().filter(|it| it.has_values());
    let others = others.filter(|it| group.link_exists(it.name()));
    let read = |dimension| {
        Some((
            dimension,
            read_coordinate(group, at, dimension).ok()?.values,
        ))
    };
    others.filter_map(read).collect()
}

/// The chain length and the split, which make up the group's name.
pub fn identity(group: &Group, at: &str) -> Result<(usize, Split), String> {
    let sites = get_number(group, "sites")?.ok_or_else(|| {
        format!("{at} has no attribute \"sites\": write the chain length, an integer")
    })?;
    let whole = sites.max(0.0) as usize;
    let named = |split: &Split| at == group_name(whole, *split);
    match Split::ALL.into_iter().find(named) {
        Some(split) if LENGTHS.contains(&whole) && whole as f64 == sites => Ok((whole, split)),
        _ => Err(format!(
            "the attribute \"sites\" of {at} is {}: groups are called as in L08/train, by the chain \
             length (from 2 to 1000000) and \"train\" or \"test\"",
            number(sites)
        )),
    }
}

/// Quantities by name, and why others cannot be read.
type Quantities = (BTreeMap<String, Quantity>, BTreeMap<String, String>);

/// All quantities of a group, as they are in the file except for the order of their axes.
fn read_quantities(group: &Group, at: &str, sites: usize) -> Result<Quantities, String> {
    let (mut read, mut unread) = Quantities::default();
    for name in group.member_names().map_err(|error| reason(&error))? {
        if Dimension::named(&name).is_some() || name == Table::FAILURE {
            continue;
        }
        match read_named(group, at, &name, sites) {
            Ok(quantity) => {
                read.insert(name, quantity);
            }
            // netCDF writes dimensions that have no values as datasets.
            Err(_) if is_scale(group, &name) => {}
            Err(reason) => {
                unread.insert(name, reason);
            }
        }
    }
    Ok((read, unread))
}

/// The quantity of this name, as it is in the file except for the order of its axes.
///
/// # Errors
/// The message for the user.
pub fn read_named(group: &Group, at: &str, name: &str, sites: usize) -> Result<Quantity, String> {
    let place = format!("{at}/{name}");
    let dataset =
        open_dataset(group, name).map_err(|reason| format!("{place} cannot be read: {reason}"))?;
    read_quantity(&dataset, name, &place, sites)
}

/// Whether a dataset is the scale of a dimension.
fn is_scale(group: &Group, name: &str) -> bool {
    let class = group.dataset(name).map(|it| get_text(&it, "CLASS"));
    matches!(class, Ok(Ok(Some(class))) if class == "DIMENSION_SCALE")
}

/// The dataset of this name. The reason begins with "it", or is one of HDF5.
fn open_dataset(group: &Group, name: &str) -> Result<Dataset, String> {
    let found = group.loc_type_by_name(name);
    match found.map_err(|error| reason(&error))? {
        LocationType::Dataset => group.dataset(name).map_err(|error| reason(&error)),
        LocationType::Group => Err("it is a group".to_owned()),
        _ => Err("it is a type".to_owned()),
    }
}

fn read_quantity(
    dataset: &Dataset,
    name: &str,
    place: &str,
    sites: usize,
) -> Result<Quantity, String> {
    // What has no names for its axes may be large, and is not read.
    let dimensions = axes(dataset, place)?;
    let values =
        read_unpacked(dataset).map_err(|reason| format!("{place} cannot be read: {reason}"))?;
    let mut lengths = dimensions.iter().zip(values.shape());
    let other =
        lengths.find(|&(&dimension, &length)| dimension == Dimension::Site && length != sites);
    if let Some((_, length)) = other {
        return Err(format!(
            "{place} is {:?}, with {length} of site where the attribute sites has {sites}: give both \
             the same",
            values.shape()
        ));
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

/// The strengths and the energy densities, ascending, and how to bring quantities to them.
///
/// # Errors
/// The message for the user, if a value is there twice.
pub fn grid(
    at: &str,
    strengths: Coordinate,
    energy_densities: &[f64],
    quantities: &BTreeMap<String, Quantity>,
) -> Result<(Vec<f64>, Vec<f64>, Grid), String> {
    let by_realization = is_by_realization(&strengths, quantities);
    let (strengths, place) = if by_realization {
        let (strengths, rows) = by_value(&strengths.values);
        (strengths, Strengths::ByRealization(rows))
    } else {
        let (strengths, order) = sorted(&strengths.values);
        refuse_twice(&strengths, at, Dimension::Strength)?;
        (strengths, Strengths::Axis(order))
    };
    let (energy_densities, order) = sorted(energy_densities);
    refuse_twice(&energy_densities, at, Dimension::EnergyDensity)?;
    let grid = Grid {
        at: at.to_owned(),
        energy_densities: order,
        strengths: place,
    };
    Ok((strengths, energy_densities, grid))
}

/// Whether every realization has a strength of its own. If the file does not say so, the field tells, or
/// all quantities without one: none has an axis of strengths, and one has as many realizations as there
/// are strengths.
fn is_by_realization(strengths: &Coordinate, quantities: &BTreeMap<String, Quantity>) -> bool {
    if let Some(dimension) = strengths.dimension {
        return dimension == Dimension::Realization;
    }
    let length = |quantity: &Quantity, wanted| {
        let axis = quantity.dimensions.iter().position(|&it| it == wanted)?;
        Some(quantity.values.shape()[axis])
    };
    let telling: Vec<&Quantity> = match quantities.get("field") {
        Some(field) => vec![field],
        None => quantities.values().collect(),
    };
    let has_axis = |it: &&Quantity| length(it, Dimension::Strength).is_some();
    let count = Some(strengths.values.len());
    let has_count = |it: &&Quantity| length(it, Dimension::Realization) == count;
    !telling.iter().any(has_axis) && telling.iter().any(has_count)
}
