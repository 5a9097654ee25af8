//! The fields of a result file without its results, or of a file that has only fields.

use std::path::Path;

use hdf5::{File, Group};
use ndarray::{Array3, Axis, Ix3};

use super::coordinate::{Coordinate, read_coordinate};
use super::file::FileType;
use super::group::{grid, identity, read_named};
use super::layout::layout;
use super::read::open;
use crate::deck::Split;
use crate::error::{Error, Result};
use crate::store::table::Dimension;

/// The fields of a group.
pub struct FieldsOfGroup {
    /// Chain length L.
    pub sites: usize,
    /// What the realizations are for.
    pub split: Split,
    /// Disorder strengths, ascending; none if the group has no `h`.
    pub strengths: Option<Vec<f64>>,
    /// The fields (h, realization, site); NaN where a strength has fewer realizations.
    pub fields: Array3<f64>,
}

/// The fields of all groups of a file, in order of L, `train` before `test`. No other dataset than
/// `field` and `h` need be there.
///
/// # Errors
/// [`Error::File`] when the file is missing, damaged, or of another type or version, or a group has no
/// fields.
pub fn read_fields(path: &Path) -> Result<Vec<FieldsOfGroup>> {
    let file = open(path, FileType::Data)?;
    read_all(&file).map_err(|reason| Error::file("read", path, reason))
}

fn read_all(file: &File) -> std::result::Result<Vec<FieldsOfGroup>, String> {
    let (groups, _) = layout(file)?;
    let mut found = groups
        .iter()
        .map(read_group)
        .collect::<std::result::Result<Vec<_>, String>>()?;
    found.sort_by_key(|group| (group.sites, group.split));
    Ok(found)
}

fn read_group(group: &Group) -> std::result::Result<FieldsOfGroup, String> {
    use Dimension::{Realization, Site, Strength};
    let path = group.name();
    let at = path.trim_start_matches('/');
    let (sites, split) = identity(group, at)?;
    let name = "field";
    let quantity = read_named(group, at, name, sites)?;
    let has_strengths = group.link_exists(Strength.name());
    let coordinate = match has_strengths {
        true => read_coordinate(group, at, Strength)?,
        // One strength needs no axis.
        false => Coordinate {
            values: vec![0.0],
            dimension: None,
        },
    };
    let quantities = [(name.to_owned(), quantity)].into();
    let (strengths, _, grid) = grid(at, coordinate, &[], &quantities)?;
    let place = format!("{at}/{name}");
    let quantity = quantities.into_values().next().expect("there is one");
    let (mut dimensions, mut values) =
        grid.arrange(quantity.dimensions, quantity.values, f64::NAN, &place)?;
    if dimensions == [Strength, Site] {
        // One realization needs none either.
        dimensions.insert(1, Realization);
        values = values.insert_axis(Axis(1));
    }
    if dimensions != [Strength, Realization, Site] {
        let names: Vec<&str> = dimensions.iter().map(|it| it.name()).collect();
        return Err(format!(
            "{place} runs over {} where h, realization, site are expected",
            names.join(", ")
        ));
    }
    Ok(FieldsOfGroup {
        sites,
        split,
        strengths: has_strengths.then_some(strengths),
        fields: values
            .into_dimensionality::<Ix3>()
            .expect("there are three axes"),
    })
}
