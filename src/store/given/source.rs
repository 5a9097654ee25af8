//! The file of given fields.

use std::path::Path;

use super::lines::parse;
use crate::chain::{GivenFields, GivenGroup};
use crate::error::{Error, Result, number};
use crate::identity::{Hasher, Identity};
use crate::store::hdf5::{FieldsOfGroup, read_fields};
use crate::store::table::group_name;

/// The first bytes of an HDF5 file.
const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";

/// Reads fields from an HDF5 file with groups as in data.h5, or from a text with a chain a line.
///
/// # Errors
/// [`Error::File`] when the file is missing or damaged, or holds what are no fields of even chains, all
/// of the same strengths.
pub fn given_fields(path: &Path) -> Result<GivenFields> {
    let refuse = |reason: String| Error::file("read", path, reason);
    if !path.exists() {
        let reason = "there is no such file: it is looked for in the working directory, then beside \
                      the deck";
        return Err(refuse(reason.to_owned()));
    }
    let bytes = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
    if bytes.starts_with(HDF5) {
        let groups = read_fields(path)?;
        of_groups(groups).map_err(refuse)
    } else {
        parse(&bytes).map_err(refuse)
    }
}

/// The fields of these groups, if they can be of one campaign.
fn of_groups(groups: Vec<FieldsOfGroup>) -> std::result::Result<GivenFields, String> {
    let Some(first) = groups.first() else {
        return Err("it has no fields: put them into groups such as L08/test".to_owned());
    };
    let (first_name, strengths) = (name(first), first.strengths.clone());
    for group in &groups {
        check_group(group)?;
        if group.strengths != strengths {
            return Err(format!(
                "{} has other strengths h than {first_name}: give all groups the same, or each a file \
                 of its own",
                name(group)
            ));
        }
    }
    let group = |group: FieldsOfGroup| GivenGroup {
        sites: group.sites,
        split: group.split,
        fields: group.fields,
    };
    Ok(GivenFields {
        has_strengths: strengths.is_some(),
        strengths: strengths.unwrap_or_else(|| vec![GivenFields::STRENGTH]),
        groups: groups.into_iter().map(group).collect(),
    })
}

/// Refuses fields that cannot be solved.
fn check_group(group: &FieldsOfGroup) -> std::result::Result<(), String> {
    let at = name(group);
    if group.sites % 2 == 1 {
        return Err(format!(
            "{at}: a chain of {} sites has no sector of zero magnetization: give chains of even length",
            group.sites
        ));
    }
    if group.fields.is_empty() {
        return Err(format!("{at} has no field: add one, or remove the group"));
    }
    let mut values = group.fields.indexed_iter();
    let Some(((h, realization, site), value)) = values.find(|(_, value)| !value.is_finite()) else {
        return Ok(());
    };
    let strength = match &group.strengths {
        Some(strengths) => format!("h = {}, ", number(strengths[h])),
        None => String::new(),
    };
    Err(format!(
        "{at}/field is {} at {strength}realization {realization}, site {}: correct it, and give every \
         strength as many realizations",
        number(*value),
        site + 1
    ))
}

fn name(group: &FieldsOfGroup) -> String {
    group_name(group.sites, group.split)
}

/// The identity of given fields: of each group its name, the strengths and the fields.
pub fn fields_identity(given: &GivenFields) -> Identity {
    let mut hasher = Hasher::default();
    for group in &given.groups {
        hasher.text(&group_name(group.sites, group.split));
        hasher.numbers(&given.strengths);
        hasher.numbers(&group.fields);
    }
    hasher.finish()
}
