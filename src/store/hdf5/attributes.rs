//! Attributes of HDF5 objects.

use std::str::FromStr;

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, Location};

use crate::store::StoreResult;

/// Says what a dataset is, to readers and to xarray.
pub(super) fn describe(dataset: &Dataset, description: &str) -> StoreResult<()> {
    put_text(dataset, "description", description)?;
    put_text(dataset, "long_name", description)
}

pub(super) fn put_text(location: &Location, name: &str, text: &str) -> StoreResult<()> {
    // HDF5 texts end at a NUL; a deck with one is not TOML.
    let text =
        VarLenUnicode::from_str(text).map_err(|error| hdf5::Error::from(error.to_string()))?;
    location
        .new_attr::<VarLenUnicode>()
        .create(name)?
        .write_scalar(&text)
}

pub(super) fn put_number(location: &Location, name: &str, number: i64) -> StoreResult<()> {
    location
        .new_attr::<i64>()
        .create(name)?
        .write_scalar(&number)
}

pub(super) fn get_text(location: &Location, name: &str) -> StoreResult<String> {
    Ok(location
        .attr(name)?
        .read_scalar::<VarLenUnicode>()?
        .to_string())
}
