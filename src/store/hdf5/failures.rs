//! Why values of windows are missing: a dataset of texts, empty where none is. A group has it only
//! if a value is missing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, Group};
use ndarray::{Array3, ArrayD};

use super::axes::{axes, in_order};
use super::extent::shape;
use super::grid::Grid;
use super::heap::Heaps;
use super::reason::{damaged, reason};
use super::source::Source;
use super::texts::{is_variable, read_texts};
use crate::store::table::{Dimension, Table};

/// One sentence for people who open the file.
pub const DESCRIPTION: &str =
    "why the window could not be solved, or which indicators it leaves undefined; else empty";

/// What it runs over.
pub const WINDOW: [Dimension; 3] = [
    Dimension::Strength,
    Dimension::Realization,
    Dimension::EnergyDensity,
];

/// Writes the reasons of a table over (h, realization, epsilon).
pub fn write_failures(group: &Group, table: &Table, shape: [usize; 3]) -> hdf5::Result<Dataset> {
    let mut texts = Array3::from_elem(shape, VarLenUnicode::new());
    for (&place, reason) in &table.failures {
        texts[place] = VarLenUnicode::from_str(reason)
            .map_err(|error| hdf5::Error::from(error.to_string()))?;
    }
    group
        .new_dataset_builder()
        .with_data(texts.view())
        .create(Table::FAILURE)
}

/// Texts over named axes.
pub type Texts = (Vec<Dimension>, ArrayD<String>);

/// The dataset of reasons of a group, if it has one, with its axes in order.
///
/// # Errors
/// The message for the user.
pub fn read_failures(group: &Group, at: &str) -> Result<Option<Texts>, String> {
    if !group.link_exists(Table::FAILURE) {
        return Ok(None);
    }
    let place = format!("{at}/{}", Table::FAILURE);
    let refuse = |reason: String| format!("{place} cannot be read: {reason}");
    let dataset = group
        .dataset(Table::FAILURE)
        .map_err(|error| refuse(reason(&error)))?;
    if !references_hold(&dataset).map_err(refuse)? {
        return Err(refuse(damaged("its texts are not where they should be")));
    }
    let (shape, texts) = read_texts(Source::Dataset(&dataset)).map_err(refuse)?;
    let texts = ArrayD::from_shape_vec(shape, texts).map_err(|error| refuse(error.to_string()))?;
    Ok(Some(in_order(&axes(&dataset, &place)?, texts)))
}

/// The reasons by their windows.
///
/// # Errors
/// The message for the user.
pub fn by_window(
    texts: Option<Texts>,
    at: &str,
    grid: &Grid,
) -> Result<BTreeMap<[usize; 3], String>, String> {
    let Some((dimensions, texts)) = texts else {
        return Ok(BTreeMap::new());
    };
    let place = format!("{at}/{}", Table::FAILURE);
    let (dimensions, texts) = grid.arrange(dimensions, texts, String::new(), &place)?;
    if dimensions != WINDOW {
        let names: Vec<&str> = dimensions.iter().map(|it| it.name()).collect();
        return Err(format!(
            "{place} runs over {} where h, realization, epsilon are expected",
            names.join(", ")
        ));
    }
    Ok(texts
        .indexed_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(at, text)| ([at[0], at[1], at[2]], text.clone()))
        .collect())
}

/// Whether the texts of a dataset are where it says.
pub fn references_hold(dataset: &Dataset) -> Result<bool, String> {
    let kind = dataset.dtype().map_err(|error| reason(&error))?;
    let count = shape(Source::Dataset(dataset), &kind)?.iter().product();
    let (Some(place), true) = (dataset.offset(), is_variable(&kind)) else {
        // Texts of fixed length have no references. In chunks only other programs write them.
        return Ok(true);
    };
    let path = PathBuf::from(dataset.filename());
    let hold = || Heaps::of(&path)?.map_or(Ok(false), |heaps| heaps.hold(&path, place, count));
    hold().map_err(|error| error.to_string())
}
