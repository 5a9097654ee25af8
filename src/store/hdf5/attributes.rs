//! Attributes of HDF5 objects.

use std::str::FromStr;

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, Location};

/// Writes what a dataset is, for people and for the labels of xarray.
pub fn describe(dataset: &Dataset, description: &str) -> hdf5::Result<()> {
    put_text(dataset, "description", description)?;
    put_text(dataset, "long_name", description)
}

pub fn put_text(location: &Location, name: &str, text: &str) -> hdf5::Result<()> {
    // A text with a NUL fails here, because HDF5 ends texts there. TOML allows none in a deck.
    let text =
        VarLenUnicode::from_str(text).map_err(|error| hdf5::Error::from(error.to_string()))?;
    location
        .new_attr::<VarLenUnicode>()
        .create(name)?
        .write_scalar(&text)
}

pub fn put_number(location: &Location, name: &str, number: i64) -> hdf5::Result<()> {
    location
        .new_attr::<i64>()
        .create(name)?
        .write_scalar(&number)
}

pub fn get_text(location: &Location, name: &str) -> hdf5::Result<String> {
    Ok(location
        .attr(name)?
        .read_scalar::<VarLenUnicode>()?
        .to_string())
}
