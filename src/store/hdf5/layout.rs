//! Which parts of a file are tables: groups such as L08/train. Files may have others, which are not
//! read.

use hdf5::{File, Group, LocationType};

use super::reason::reason;
use crate::deck::Split;

/// The groups of tables in a file, and the paths of everything else at their levels.
///
/// # Errors
/// The message for the user, if what is named as a table cannot be opened.
pub fn layout(file: &File) -> Result<(Vec<Group>, Vec<String>), String> {
    let message = |error: hdf5::Error| reason(&error);
    let (mut tables, mut others) = (Vec::new(), Vec::new());
    for name in file.member_names().map_err(message)? {
        let Some(size) = group_named(file, &name, &name, is_length)? else {
            others.push(name);
            continue;
        };
        for inner in size.member_names().map_err(message)? {
            let path = format!("{name}/{inner}");
            match group_named(&size, &inner, &path, is_split)? {
                Some(table) => tables.push(table),
                None => others.push(path),
            }
        }
    }
    Ok((tables, others))
}

/// The member of this name if it is a group with the right kind of name.
fn group_named(
    parent: &Group,
    name: &str,
    path: &str,
    is_right: fn(&str) -> bool,
) -> Result<Option<Group>, String> {
    if !is_right(name) {
        return Ok(None);
    }
    let refuse = |error: hdf5::Error| format!("{path} cannot be read: {}", reason(&error));
    match parent.loc_type_by_name(name).map_err(refuse)? {
        LocationType::Group => parent.group(name).map(Some).map_err(refuse),
        _ => Ok(None),
    }
}

/// Whether a name is as L08.
fn is_length(name: &str) -> bool {
    let digits = name.strip_prefix('L').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
}

fn is_split(name: &str) -> bool {
    Split::ALL.iter().any(|split| split.name() == name)
}
