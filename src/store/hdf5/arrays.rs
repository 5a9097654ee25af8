//! Results in HDF5 that are not tables of realizations: groups of named arrays over named dimensions.
//! Each dimension has its coordinate, as xarray reads them.

use std::path::Path;
use std::str::FromStr;

use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, Group};
use ndarray::{Array1, ArrayD, ArrayView1};

use super::attributes::{describe, put_number, put_provenance, put_text};
use super::checked::write_numbers;
use super::open::create_file;
use super::reason::said;
use super::scales::{attach_scale, make_scale};
use crate::error::{Error, Result};
use crate::files::write_beside;
use crate::store::provenance::Provenance;

/// A group of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its path in the file, such as "fits/001".
    pub path: String,
    /// Facts about all of it, by name.
    pub attributes: Vec<(&'static str, Attribute)>,
    /// Its arrays. An array over a dimension of its own name is the coordinate of that dimension.
    /// Every dimension has one, before the arrays over it.
    pub arrays: Vec<Array>,
}

/// A fact about a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// A text.
    Text(String),
    /// A number; NaN where it is unknown.
    Number(f64),
    /// A count.
    Count(usize),
    /// Several numbers.
    Numbers(Vec<f64>),
}

/// Values over named dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Its name.
    pub name: &'static str,
    /// What its axes run over.
    pub dimensions: &'static [&'static str],
    /// One sentence for people who open the file.
    pub description: &'static str,
    /// Its unit; "1" for a pure number.
    pub units: &'static str,
    /// The values.
    pub values: Values,
}

/// What an array holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers, over any dimensions; NaN where there is none.
    Numbers(ArrayD<f64>),
    /// Counts, over one dimension.
    Counts(Vec<usize>),
    /// Texts, over one dimension.
    Texts(Vec<String>),
}

impl From<Vec<f64>> for Values {
    fn from(values: Vec<f64>) -> Self {
        Self::Numbers(Array1::from(values).into_dyn())
    }
}

/// Writes a file of `sections`. A reader sees the old file or the new one, never a part.
///
/// # Errors
/// [`Error::File`] when it cannot be written. An older file stays as it was.
pub fn write_arrays(
    path: &Path,
    file_type: &str,
    provenance: &Provenance,
    sections: &[Section],
) -> Result<()> {
    write_beside(path, |part| {
        write_part(part, file_type, provenance, sections)
            .map_err(|error| Error::file("write", part, said(&error)))
    })
}

fn write_part(
    part: &Path,
    file_type: &str,
    provenance: &Provenance,
    sections: &[Section],
) -> hdf5::Result<()> {
    let file = create_file(part)?;
    put_provenance(&file, file_type, provenance)?;
    for section in sections {
        write_section(&file.create_group(&section.path)?, section)?;
    }
    file.close()
}

fn write_section(group: &Group, section: &Section) -> hdf5::Result<()> {
    for (name, value) in &section.attributes {
        match value {
            Attribute::Text(text) => put_text(group, name, text)?,
            Attribute::Count(count) => put_number(group, name, *count as i64)?,
            Attribute::Number(number) => {
                let attribute = group.new_attr::<f64>().create(*name)?;
                attribute.write_scalar(number)?;
            }
            Attribute::Numbers(numbers) => {
                let builder = group.new_attr_builder().with_data(&numbers[..]);
                builder.create(*name)?;
            }
        }
    }
    for array in &section.arrays {
        let dataset = write_values(group, array)?;
        put_text(&dataset, "units", array.units)?;
        describe(&dataset, array.description)?;
        if array.dimensions == [array.name] {
            make_scale(&dataset, array.name)?;
            continue;
        }
        put_text(&dataset, "dimensions", &array.dimensions.join(" "))?;
        for (axis, dimension) in array.dimensions.iter().enumerate() {
            attach_scale(&dataset, &group.dataset(dimension)?, axis)?;
        }
    }
    Ok(())
}

fn write_values(group: &Group, array: &Array) -> hdf5::Result<Dataset> {
    match &array.values {
        Values::Numbers(numbers) => write_numbers(group, array.name, numbers.view()),
        Values::Counts(counts) => {
            let counts: Vec<i64> = counts.iter().map(|&count| count as i64).collect();
            write_numbers(group, array.name, ArrayView1::from(&counts))
        }
        Values::Texts(texts) => {
            let texts: std::result::Result<Vec<VarLenUnicode>, _> = texts
                .iter()
                .map(|text| VarLenUnicode::from_str(text))
                .collect();
            let texts = texts.map_err(|error| hdf5::Error::from(error.to_string()))?;
            let builder = group.new_dataset_builder();
            builder.with_data(&texts).create(array.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use hdf5::File;

    use super::*;

    #[test]
    fn what_is_written_is_tied_to_its_coordinates() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.h5");
        let array = |name, dimensions, values| Array {
            name,
            dimensions,
            description: "what it is",
            units: "J",
            values,
        };
        let numbers = ArrayD::from_shape_fn(vec![2, 3], |at| (10 * at[0] + at[1]) as f64);
        let section = Section {
            path: "fits/001".to_owned(),
            attributes: vec![
                ("cost", Attribute::Number(f64::NAN)),
                ("window", Attribute::Numbers(vec![4.0, 9.5])),
                ("points", Attribute::Count(7)),
                ("method", Attribute::Text("quality".to_owned())),
            ],
            arrays: vec![
                array("refit", &["refit"], Values::Counts(vec![0, 1])),
                array(
                    "parameter",
                    &["parameter"],
                    Values::Texts(["h_c", "nu", "ζ"].map(str::to_owned).to_vec()),
                ),
                array(
                    "refits",
                    &["refit", "parameter"],
                    Values::Numbers(numbers.clone()),
                ),
                array("none", &["refit"], vec![f64::NAN; 2].into()),
            ],
        };
        write_arrays(&path, "mblscale-x", &Provenance::of_tests(), &[section]).unwrap();
        let file = File::open(&path).unwrap();
        let group = file.group("fits/001").unwrap();
        let window: Vec<f64> = group.attr("window").unwrap().read_raw().unwrap();
        assert_eq!(window, [4.0, 9.5]);
        assert_eq!(
            group.attr("points").unwrap().read_scalar::<i64>().unwrap(),
            7
        );
        let refits = group.dataset("refits").unwrap();
        assert_eq!(refits.read_dyn::<f64>().unwrap(), numbers);
        assert!(refits.attr("DIMENSION_LIST").is_ok());
        let names: Vec<VarLenUnicode> = group.dataset("parameter").unwrap().read_raw().unwrap();
        assert_eq!(names[2].as_str(), "ζ");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_directory_is_named() {
        let path = Path::new("no-such-directory/scaling.h5");
        let written = write_arrays(path, "x", &Provenance::of_tests(), &[]);
        let message = written.unwrap_err().to_string();
        assert!(
            message.contains("cannot write no-such-directory"),
            "{message}"
        );
    }
}
