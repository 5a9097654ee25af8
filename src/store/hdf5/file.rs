//! Result files in HDF5: self-describing, written whole or not at all. docs/file-formats.md is
//! their reference.

use std::collections::BTreeMap;
use std::path::Path;

use hdf5::{Dataset, File, Group};
use ndarray::Array1;

use super::attributes::{describe, get_text, put_number, put_text};
use super::failures::{self, write_failures};
use super::group::read_table;
use super::scales::{attach_scale, make_scale};
use crate::error::{Error, Result};
use crate::files::{part_of, replace};
use crate::store::StoreResult;
use crate::store::provenance::Provenance;
use crate::store::table::{Dimension, Table};

/// The version of the file formats that this program writes and reads.
pub const FORMAT_VERSION: i64 = 1;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileType {
    /// Exact indicators.
    Data,
    /// Predicted indicators.
    Predictions,
}

impl FileType {
    /// The name in the file's `file_type` attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "mblscale-data",
            Self::Predictions => "mblscale-predictions",
        }
    }
}

/// A result file in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Contents {
    /// Attributes of the file: provenance.
    pub attributes: BTreeMap<String, String>,
    /// Its groups.
    pub tables: Vec<Table>,
}

/// Writes a file of `tables` at `path`. A reader sees the old file or the new one, never a part.
///
/// # Errors
/// [`Error::File`] when it cannot be written; what was there is untouched.
pub fn write(
    path: &Path,
    file_type: FileType,
    provenance: &Provenance,
    tables: &[Table],
) -> Result<()> {
    let part = part_of(path);
    write_part(&part, file_type, provenance, tables)
        .map_err(|error| Error::file("write", &part, error))
        .and_then(|()| replace(&part, path))
        .inspect_err(|_| {
            // On a full disk the room is needed.
            let _ = std::fs::remove_file(&part);
        })
}

fn write_part(
    part: &Path,
    file_type: FileType,
    provenance: &Provenance,
    tables: &[Table],
) -> StoreResult<()> {
    let file = File::create(part)?;
    put_text(&file, "file_type", file_type.name())?;
    put_number(&file, "format_version", FORMAT_VERSION)?;
    for (name, text) in provenance.entries() {
        match text.parse() {
            Ok(number) if name == "ranks" => put_number(&file, &name, number)?,
            _ => put_text(&file, &name, &text)?,
        }
    }
    for table in tables {
        write_table(&file, table)?;
    }
    file.close()
}

fn write_table(file: &File, table: &Table) -> StoreResult<()> {
    let group = file.create_group(&table.group())?;
    put_number(&group, "sites", table.sites as i64)?;
    put_text(&group, "split", table.split.name())?;
    if let Some(solver) = &table.solver {
        put_text(&group, Table::SOLVER, solver)?;
    }
    let mut coordinates = BTreeMap::new();
    for (dimension, length) in table.dimensions() {
        let coordinate = write_coordinate(&group, table, dimension, length)?;
        coordinates.insert(dimension.name(), coordinate);
    }
    for (name, quantity) in &table.quantities {
        let dataset = group
            .new_dataset_builder()
            .with_data(quantity.values.view())
            .create(name.as_str())?;
        put_text(&dataset, "units", &quantity.units)?;
        describe(&dataset, &quantity.description)?;
        tie(&dataset, &quantity.dimensions, &coordinates)?;
    }
    if !table.failures.is_empty() {
        let window = [
            Dimension::Strength,
            Dimension::Realization,
            Dimension::EnergyDensity,
        ];
        let dataset = write_failures(
            &group,
            table,
            window.map(|it| coordinates[it.name()].size()),
        )?;
        put_text(&dataset, "units", "1")?;
        describe(&dataset, failures::DESCRIPTION)?;
        tie(&dataset, &window, &coordinates)?;
    }
    Ok(())
}

/// Ties every axis of a dataset to its coordinate.
fn tie(
    dataset: &Dataset,
    dimensions: &[Dimension],
    coordinates: &BTreeMap<&str, Dataset>,
) -> StoreResult<()> {
    let names: Vec<&str> = dimensions
        .iter()
        .map(|dimension| dimension.name())
        .collect();
    put_text(dataset, "dimensions", &names.join(" "))?;
    for (axis, name) in names.into_iter().enumerate() {
        attach_scale(dataset, &coordinates[name], axis)?;
    }
    Ok(())
}

fn write_coordinate(
    group: &Group,
    table: &Table,
    dimension: Dimension,
    length: usize,
) -> StoreResult<Dataset> {
    let counted = |first: usize| (first..first + length).map(|k| k as f64).collect();
    let values: Vec<f64> = match dimension {
        Dimension::Strength => table.strengths.clone(),
        Dimension::EnergyDensity => table.energy_densities.clone(),
        Dimension::Realization | Dimension::State => counted(0),
        Dimension::Site | Dimension::Member => counted(1),
    };
    let builder = group.new_dataset_builder();
    let coordinate = match dimension {
        Dimension::Strength | Dimension::EnergyDensity => builder
            .with_data(&Array1::from(values))
            .create(dimension.name())?,
        _ => builder
            .with_data(&values.iter().map(|&k| k as i64).collect::<Array1<i64>>())
            .create(dimension.name())?,
    };
    put_text(&coordinate, "units", dimension.units())?;
    describe(&coordinate, dimension.description())?;
    make_scale(&coordinate, dimension.name())?;
    Ok(coordinate)
}

/// Reads a whole file.
///
/// # Errors
/// [`Error::File`] when there is none, it is of another type or version, or it is damaged.
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

/// Reads a file of either type, and says which.
///
/// # Errors
/// As [`read`].
pub fn read_any(path: &Path) -> Result<(String, Contents)> {
    let (file_type, file) = open_any(path)?;
    let contents = read_contents(&file).map_err(|error| Error::file("read", path, error))?;
    Ok((file_type, contents))
}

fn open_any(path: &Path) -> Result<(String, File)> {
    let refuse = |reason: String| Error::file("read", path, reason);
    if !path.exists() {
        return Err(refuse("there is no such file".to_owned()));
    }
    let file = File::open(path).map_err(|error| refuse(error.to_string()))?;
    let file_type = get_text(&file, "file_type")
        .ok()
        .filter(|name| name.starts_with("mblscale-"))
        .ok_or_else(|| {
            refuse(
                "it has no mblscale file_type attribute; data of your own need file_type = \
                 \"mblscale-data\" and format_version = 1 at the root"
                    .to_owned(),
            )
        })?;
    let version: i64 = file
        .attr("format_version")
        .and_then(|attribute| attribute.read_scalar())
        .map_err(|_| {
            refuse("it has no format_version attribute: write 1 at the root".to_owned())
        })?;
    if version != FORMAT_VERSION {
        return Err(refuse(format!(
            "its format version is {version}, this program reads {FORMAT_VERSION}"
        )));
    }
    Ok((file_type, file))
}

fn read_contents(file: &File) -> std::result::Result<Contents, String> {
    let said = |error: hdf5::Error| error.to_string();
    let mut attributes = BTreeMap::new();
    for name in file.attr_names().map_err(said)? {
        // Of people's own files, an attribute may be of any type: it says nothing to us.
        let number = || file.attr(&name)?.read_scalar::<i64>();
        let text = get_text(file, &name).or_else(|_| number().map(|it| it.to_string()));
        attributes.extend(text.ok().map(|text| (name, text)));
    }
    let mut tables = Vec::new();
    for size in file.groups().map_err(said)? {
        for group in size.groups().map_err(said)? {
            tables.push(read_table(&group)?);
        }
    }
    tables.sort_by_key(|table| (table.sites, table.split));
    Ok(Contents { attributes, tables })
}
