//! A group of a result file on its way into memory. Users may write such files themselves, so every
//! message names the dataset and what to do.

use std::collections::BTreeMap;

use hdf5::{Dataset, Group};
use ndarray::ArrayD;

use super::attributes::get_text;
use super::failures::{self, read_failures};
use crate::deck::Split;
use crate::store::table::{Dimension, Quantity, Table, group_name};

/// The length of a dimension, and the first part of the group that determines it.
struct Length {
    length: usize,
    source: String,
}

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
    let read_axis = |dimension: Dimension| {
        let (name, meaning) = (dimension.name(), dimension.description());
        let values = group
            .dataset(name)
            .and_then(|dataset| dataset.read_raw::<f64>());
        let remedy = || format!("{at}/{name} is not a list of numbers: write one ({meaning})");
        values.map_err(|_| remedy())
    };
    let strengths = read_axis(Dimension::Strength)?;
    let energy_densities = read_axis(Dimension::EnergyDensity)?;
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
    for dataset in group.datasets().map_err(|error| error.to_string())? {
        let path = dataset.name();
        let name = path.rsplit('/').next().unwrap_or_default();
        if Dimension::named(name).is_none() && name != failures::NAME {
            let place = format!("{at}/{name}");
            let quantity = read_quantity(&dataset, name, &place, &mut lengths)?;
            quantities.insert(name.to_owned(), quantity);
        }
    }
    Ok(Table {
        sites,
        split,
        strengths,
        energy_densities,
        quantities,
        solver: get_text(group, Table::SOLVER).ok(),
        failures: read_failures(group).map_err(|error| error.to_string())?,
    })
}

/// The chain length and the split, which make up the group's name.
fn identity(group: &Group, at: &str) -> Result<(usize, Split), String> {
    let sites: i64 = group
        .attr("sites")
        .and_then(|attribute| attribute.read_scalar())
        .map_err(|_| {
            format!("{at} has no attribute \"sites\": write the chain length, an integer")
        })?;
    let named = |split: &Split| at == group_name(sites.unsigned_abs() as usize, *split);
    match Split::ALL.into_iter().find(named) {
        Some(split) if sites > 0 => Ok((sites as usize, split)),
        _ => Err(format!(
            "the attribute \"sites\" of {at} is {sites}: groups are called as in L08/train, by the \
             chain length and \"train\" or \"test\""
        )),
    }
}

fn read_quantity(
    dataset: &Dataset,
    name: &str,
    place: &str,
    lengths: &mut Lengths,
) -> Result<Quantity, String> {
    let values: ArrayD<f64> = dataset
        .read_dyn()
        .map_err(|error| format!("{place} is not an array of numbers: {error}"))?;
    let text = get_text(dataset, "dimensions").map_err(|_| {
        format!(
            "{place} has no attribute \"dimensions\": write what its axes run over, as in \
             \"h realization epsilon\""
        )
    })?;
    let names = text.split_whitespace();
    let dimensions = names
        .map(|name| {
            let known = Dimension::ALL.map(Dimension::name).join(", ");
            Dimension::named(name).ok_or_else(|| {
                format!("{place} runs over \"{name}\", which is none of {known}: rename it")
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let shape = values.shape();
    if shape.len() != dimensions.len() {
        return Err(format!(
            "{place} is {shape:?} and its dimensions are \"{text}\": one name for each axis"
        ));
    }
    for (dimension, &length) in dimensions.iter().zip(shape) {
        let name = dimension.name();
        let known = lengths.entry(name).or_insert_with(|| Length {
            length,
            source: place.to_owned(),
        });
        if length != known.length {
            return Err(format!(
                "{place} is {shape:?} over \"{text}\", with {length} of {name} where {} has {}: \
                 give both the same",
                known.source, known.length
            ));
        }
    }
    Ok(Quantity {
        dimensions,
        units: get_text(dataset, "units").unwrap_or_else(|_| "1".to_owned()),
        description: get_text(dataset, "description").unwrap_or_else(|_| name.to_owned()),
        values,
    })
}
