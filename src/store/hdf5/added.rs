//! Attributes that users have added to data.h5.

use std::path::Path;

use hdf5::Location;

use super::file::FileType;
use super::layout::layout;
use super::read::open;
use super::reason::reason;
use crate::error::{Error, Result};
use crate::store::provenance::Provenance;
use crate::store::table::Table;

/// The attributes of data.h5 at its root.
const OF_FILE: [&str; 14] = [
    "calibration",
    "command",
    "commit",
    "deck",
    "deck_overrides",
    Provenance::RESOLVED,
    "file_type",
    "finished",
    "format_version",
    "host",
    Provenance::IDENTITY,
    Provenance::RANKS,
    "started",
    "version",
];

const OF_GROUP: [&str; 3] = ["sites", "split", Table::SOLVER];

const OF_DATASET: [&str; 4] = ["description", "dimensions", "long_name", "units"];

/// Those of HDF5's dimension scales. Names of netCDF's begin with an underscore.
const OF_SCALES: [&str; 5] = [
    "CLASS",
    "DIMENSION_LABELS",
    "DIMENSION_LIST",
    "NAME",
    "REFERENCE_LIST",
];

/// The attributes in the data.h5 at `path` that this program does not write, in words.
///
/// # Errors
/// [`Error::File`] when it cannot be read.
pub fn added_attributes(path: &Path) -> Result<Vec<String>> {
    let file = open(path, FileType::Data)?;
    let find = || -> std::result::Result<Vec<String>, String> {
        let mut found = added(&file, "the root", &OF_FILE)?;
        let (tables, _) = layout(&file)?;
        for table in tables {
            let group = table.name().trim_start_matches('/').to_owned();
            found.extend(added(&table, &group, &OF_GROUP)?);
            for name in table.member_names().map_err(|error| reason(&error))? {
                if let Ok(dataset) = table.dataset(&name) {
                    found.extend(added(&dataset, &format!("{group}/{name}"), &OF_DATASET)?);
                }
            }
        }
        Ok(found)
    };
    find().map_err(|error| Error::file("read", path, error))
}

fn added(
    location: &Location,
    at: &str,
    known: &[&str],
) -> std::result::Result<Vec<String>, String> {
    let names = location.attr_names().map_err(|error| reason(&error))?;
    let is_known =
        |name: &str| known.contains(&name) || OF_SCALES.contains(&name) || name.starts_with('_');
    let added = names.iter().filter(|name| !is_known(name));
    Ok(added
        .map(|name| format!("the attribute \"{name}\" of {at}"))
        .collect())
}
