//! Attributes of HDF5 objects.

use std::str::FromStr;

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, File, Location};

use super::file::FORMAT_VERSION;
use crate::store::provenance::Provenance;

/// Writes what a file is and where it comes from.
pub fn put_provenance(file: &File, file_type: &str, provenance: &Provenance) -> hdf5::Result<()> {
    put_text(file, "file_type", file_type)?;
    put_number(file, "format_version", FORMAT_VERSION)?;
    put_number(file, Provenance::RANKS, provenance.ranks() as i64)?;
    let texts = provenance.texts();
    (texts.iter()).try_for_each(|(name, text)| put_text(file, name, text))
}

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
