//! Why values of windows are missing: a dataset of texts, empty where none is. A group has it only
//! if a value is missing.

use std::collections::BTreeMap;
use std::str::FromStr;

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, Group};
use ndarray::Array3;

use crate::store::table::Table;

/// The name of the dataset.
pub const NAME: &str = "failure";

/// One sentence for people who open the file.
pub const DESCRIPTION: &str =
    "why the window could not be solved, or which indicators it leaves undefined; else empty";

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

/// The reasons of a group by (h, realization, epsilon).
pub fn read_failures(group: &Group) -> hdf5::Result<BTreeMap<[usize; 3], String>> {
    if !group.link_exists(NAME) {
        return Ok(BTreeMap::new());
    }
    let texts: Array3<VarLenUnicode> = group.dataset(NAME)?.read()?;
    Ok(texts
        .indexed_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|((h, realization, energy), text)| ([h, realization, energy], text.to_string()))
        .collect())
}
