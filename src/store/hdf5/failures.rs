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
use super::heap::Heaps;
use super::reason::{damaged, reason};
use super::source::Source;
use super::texts::{is_variable, read_texts};
use crate::store::table::{Dimension, Table};

/// The name of the dataset.
pub const NAME: &str = "failure";

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
        .create(NAME)
}

/// The reasons of a group, whose windows have this shape (h, realization, epsilon).
///
/// # Errors
/// The message for the user.
pub fn read_failures(
    group: &Group,
    at: &str,
    windows: [usize; 3],
) -> Result<BTreeMap<[usize; 3], String>, String> {
    if !group.link_exists(NAME) {
        return Ok(BTreeMap::new());
    }
    let place = format!("{at}/{NAME}");
    let refuse = |reason: String| format!("{place} cannot be read: {reason}");
    let dataset = group
        .dataset(NAME)
        .map_err(|error| refuse(reason(&error)))?;
    if !references_hold(&dataset).map_err(refuse)? {
        return Err(refuse(damaged("its texts are not where they should be")));
    }
    let (shape, texts) = read_texts(Source::Dataset(&dataset)).map_err(refuse)?;
    let texts = ArrayD::from_shape_vec(shape, texts).map_err(|error| refuse(error.to_string()))?;
    let (dimensions, texts) = in_order(&axes(&dataset, &place)?, texts);
    if dimensions != WINDOW || texts.shape() != windows {
        return Err(format!(
            "{place} is {:?} over {}: it runs over h, realization and epsilon, which are {windows:?}",
            texts.shape(),
            dimensions
                .iter()
                .map(|it| it.name())
                .collect::<Vec<_>>()
                .join(", ")
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
