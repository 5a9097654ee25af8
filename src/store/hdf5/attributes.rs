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

use super::reason::reason;
use super::source::Source;
use super::texts::read_texts;
use super::values::{has_attribute, read_numbers};

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

/// An attribute as text, if there is one. Several texts are joined by blanks, and a number is written
/// out.
///
/// # Errors
/// The message for the user, which names the object and the type of the attribute.
pub fn get_text(location: &Location, name: &str) -> Result<Option<String>, String> {
    read_attribute(location, name, |source| match read_texts(source) {
        Ok((_, texts)) => Ok(texts.join(" ")),
        Err(no_text) => only(source).map_or(Err(no_text), |number| Ok(number.to_string())),
    })
}

/// An attribute of one number, if there is one.
///
/// # Errors
/// As [`get_text`].
pub fn get_number(location: &Location, name: &str) -> Result<Option<f64>, String> {
    read_attribute(location, name, only)
}

/// The only number of an attribute. netCDF and MATLAB write numbers as lists of one.
fn only(source: Source) -> Result<f64, String> {
    let numbers = read_numbers(source)?;
    match numbers.len() {
        1 => Ok(numbers.sum()),
        count => Err(format!("it holds {count} numbers where one is expected")),
    }
}

fn read_attribute<T>(
    location: &Location,
    name: &str,
    read: impl FnOnce(Source) -> Result<T, String>,
) -> Result<Option<T>, String> {
    if !has_attribute(location, name) {
        return Ok(None);
    }
    let attribute = location.attr(name).map_err(|error| reason(&error));
    let value = attribute.and_then(|attribute| read(Source::Attribute(&attribute)));
    value.map(Some).map_err(|reason| {
        let path = location.name();
        let at = match path.trim_start_matches('/') {
            "" => "the root",
            at => at,
        };
        format!("the attribute \"{name}\" of {at} cannot be read: {reason}")
    })
}
