//! Result files on their way into memory.

use std::collections::BTreeMap;
use std::path::Path;

use hdf5::File;

use super::attributes::{get_number, get_text};
use super::file::{Contents, FORMAT_VERSION, FileType};
use super::group::read_table;
use super::heap::Heaps;
use super::layout::layout;
use super::open::open_file;
use super::reason::{damaged, reason};
use crate::error::{Error, Result};

/// Reads a whole file.
///
/// # Errors
/// [`Error::File`] when it is missing, damaged, or of another type or version.
pub fn read(path: &Path, file_type: FileType) -> Result<Contents> {
    let file = open(path, file_type)?;
    read_contents(&file).map_err(|error| Error::file("read", path, error))
}

/// Opens a file of this type.
pub(super) fn open(path: &Path, file_type: FileType) -> Result<File> {
    let (found, file) = open_any(path)?;
    if found != file_type.name() {
        return Err(Error::file(
            "read",
            path,
            format!("it is a {found} file, not {}", file_type.name()),
        ));
    }
    Ok(file)
}

/// Reads a file of either type, and returns the name of its type.
///
/// # Errors
/// As [`read`].
pub fn read_any(path: &Path) -> Result<(String, Contents)> {
    let (file_type, file) = open_any(path)?;
    let known = [FileType::Data, FileType::Predictions].map(FileType::name);
    if !known.contains(&file_type.as_str()) {
        let reason = format!("it is a {file_type} file, not {}", known.join(" or "));
        return Err(Error::file("read", path, reason));
    }
    let contents = read_contents(&file).map_err(|error| Error::file("read", path, error))?;
    Ok((file_type, contents))
}

pub(super) fn open_any(path: &Path) -> Result<(String, File)> {
    let refuse = |reason: String| Error::file("read", path, reason);
    if !path.exists() {
        return Err(refuse("there is no such file".to_owned()));
    }
    match Heaps::of(path) {
        Ok(Some(_)) => {}
        Ok(None) => return Err(refuse(damaged("the lengths of its texts are wrong"))),
        Err(error) => return Err(refuse(error.to_string())),
    }
    let file = open_file(path).map_err(|error| refuse(reason(&error)))?;
    let file_type = get_text(&file, "file_type")
        .map_err(refuse)?
        .filter(|name| name.starts_with("mblscale-"))
        .ok_or_else(|| {
            refuse(
                "it has no mblscale file_type attribute; data of your own need file_type = \
                 \"mblscale-data\" and format_version = 1 at the root"
                    .to_owned(),
            )
        })?;
    let version = get_number(&file, "format_version")
        .map_err(refuse)?
        .ok_or_else(|| {
            refuse("it has no format_version attribute: write 1 at the root".to_owned())
        })?;
    if version != FORMAT_VERSION as f64 {
        return Err(refuse(format!(
            "its format version is {version}, this program reads {FORMAT_VERSION}"
        )));
    }
    Ok((file_type, file))
}

fn read_contents(file: &File) -> std::result::Result<Contents, String> {
    let attributes = read_attributes(file)?;
    let (groups, others) = layout(file)?;
    let mut tables = groups
        .iter()
        .map(read_table)
        .collect::<std::result::Result<Vec<_>, String>>()?;
    tables.sort_by_key(|table| (table.sites, table.split));
    Ok(Contents {
        attributes,
        tables,
        others,
    })
}

/// The attributes of a file as text. Files of other programs may have attributes of any type. Those
/// are ignored.
pub(super) fn read_attributes(
    file: &File,
) -> std::result::Result<BTreeMap<String, String>, String> {
    let names = file.attr_names().map_err(|error| reason(&error))?;
    let text = |name: String| Some((name.clone(), get_text(file, &name).ok().flatten()?));
    Ok(names.into_iter().filter_map(text).collect())
}
