//! Result files on their way to the disk, each written whole or not at all. docs/file-formats.md is
//! their reference.

use std::collections::BTreeMap;
use std::path::Path;

use hdf5::{Dataset, File, Group};
use ndarray::ArrayView1;

use super::attributes::{describe, put_number, put_provenance, put_text};
use super::checked::write_numbers;
use super::failures::{self, WINDOW, write_failures};
use super::file::FileType;
use super::open::create_file;
use super::reason::said;
use super::scales::{attach_scale, make_scale};
use crate::error::{Error, Result};
use crate::files::write_beside;
use crate::store::provenance::Provenance;
use crate::store::table::{Dimension, Table, identity};

/// Writes a file of `tables` at `path`. A reader sees the old file or the new one, never a part.
///
/// # Errors
/// [`Error::File`] when it cannot be written. An older file stays as it was.
pub fn write(
    path: &Path,
    file_type: FileType,
    provenance: &Provenance,
    tables: &[Table],
) -> Result<()> {
    write_beside(path, |part| {
        write_part(part, file_type, provenance, tables)
            .map_err(|error| Error::file("write", part, said(&error)))
    })
}

fn write_part(
    part: &Path,
    file_type: FileType,
    provenance: &Provenance,
    tables: &[Table],
) -> hdf5::Result<()> {
    let file = create_file(part)?;
    put_provenance(&file, file_type.name(), provenance)?;
    put_text(&file, Provenance::IDENTITY, &identity(tables).to_string())?;
    for table in tables {
        write_table(&file, table)?;
    }
    file.close()
}

pub(super) fn write_table(file: &File, table: &Table) -> hdf5::Result<()> {
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
        let dataset = write_numbers(&group, name, quantity.values.view())?;
        put_text(&dataset, "units", &quantity.units)?;
        describe(&dataset, &quantity.description)?;
        attach_coordinates(&dataset, &quantity.dimensions, &coordinates)?;
    }
    if !table.failures.is_empty() {
        let shape = WINDOW.map(|it| coordinates[it.name()].size());
        let dataset = write_failures(&group, table, shape)?;
        put_text(&dataset, "units", "1")?;
        describe(&dataset, failures::DESCRIPTION)?;
        attach_coordinates(&dataset, &WINDOW, &coordinates)?;
    }
    Ok(())
}

/// Makes the coordinate of every axis of a dataset its dimension scale.
fn attach_coordinates(
    dataset: &Dataset,
    dimensions: &[Dimension],
    coordinates: &BTreeMap<&str, Dataset>,
) -> hdf5::Result<()> {
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
) -> hdf5::Result<Dataset> {
    let name = dimension.name();
    let coordinate = match dimension {
        Dimension::Strength => write_numbers(group, name, ArrayView1::from(&table.strengths)),
        Dimension::EnergyDensity => {
            write_numbers(group, name, ArrayView1::from(&table.energy_densities))
        }
        _ => match (table.coordinates.get(&dimension)).filter(|values| values.len() == length) {
            Some(values) => write_numbers(group, name, ArrayView1::from(values)),
            None => {
                let counted = (dimension.first()..).take(length);
                let counted: Vec<i64> = counted.map(|k| k as i64).collect();
                write_numbers(group, name, ArrayView1::from(&counted))
            }
        },
    }?;
    put_text(&coordinate, "units", dimension.units())?;
    describe(&coordinate, dimension.description())?;
    make_scale(&coordinate, dimension.name())?;
    Ok(coordinate)
}
