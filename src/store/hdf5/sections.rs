//! The groups that [`write_arrays`](super::write_arrays) wrote, on their way into memory.

use std::collections::BTreeMap;
use std::path::Path;

use hdf5::{Dataset, Group};

use super::attributes::{get_number, get_text};
use super::failures::references_hold;
use super::read::{open_any, read_attributes};
use super::reason::{damaged, reason};
use super::source::Source;
use super::texts::read_texts;
use super::values::{has_attribute, read_numbers};
use crate::error::{Error, Result};

/// A file of numbered groups in parts, as in `fits/001`.
pub struct Parts {
    /// Attributes of the file, which say where it comes from.
    pub attributes: BTreeMap<String, String>,
    /// The groups of each part, in their order.
    parts: BTreeMap<String, Vec<StoredSection>>,
}

/// A group of such a file. Reasons name it.
pub struct StoredSection(Group);

/// The type of an HDF5 file of this program, such as `mblscale-data`.
///
/// # Errors
/// [`Error::File`] when it is missing, damaged, or of another program or version.
pub fn hdf5_file_type(path: &Path) -> Result<String> {
    Ok(open_any(path)?.0)
}

/// Opens a file that [`write_arrays`](super::write_arrays) wrote, and lets `read` take what it needs.
///
/// # Errors
/// As [`hdf5_file_type`]; the reason of `read`.
pub fn read_parts<T>(
    path: &Path,
    read: impl FnOnce(&Parts) -> std::result::Result<T, String>,
) -> Result<T> {
    let (_, file) = open_any(path)?;
    let parts = || {
        let mut found = BTreeMap::new();
        for part in file.groups().map_err(|error| reason(&error))? {
            let name = part.name().trim_start_matches('/').to_owned();
            let mut sections = part.groups().map_err(|error| reason(&error))?;
            sections.sort_by_key(|group| group.name());
            found.insert(name, sections.into_iter().map(StoredSection).collect());
        }
        read(&Parts {
            attributes: read_attributes(&file)?,
            parts: found,
        })
    };
    parts().map_err(|reason: String| Error::file("read", path, reason))
}

impl Parts {
    /// What `read` makes of each group of a part.
    ///
    /// # Errors
    /// The first reason of `read`.
    pub fn each<T>(
        &self,
        part: &str,
        read: impl Fn(&StoredSection) -> std::result::Result<T, String>,
    ) -> std::result::Result<Vec<T>, String> {
        let sections = self.parts.get(part);
        sections.into_iter().flatten().map(read).collect()
    }
}

impl StoredSection {
    /// An attribute as text; empty if there is none.
    ///
    /// # Errors
    /// The message for the user.
    pub fn text(&self, name: &str) -> std::result::Result<String, String> {
        Ok(get_text(&self.0, name)?.unwrap_or_default())
    }

    /// An attribute of one number, if there is one.
    ///
    /// # Errors
    /// The message for the user.
    pub fn number(&self, name: &str) -> std::result::Result<Option<f64>, String> {
        get_number(&self.0, name)
    }

    /// An attribute of several numbers; empty if there is none.
    ///
    /// # Errors
    /// The message for the user.
    pub fn numbers(&self, name: &str) -> std::result::Result<Vec<f64>, String> {
        if !has_attribute(&self.0, name) {
            return Ok(Vec::new());
        }
        let attribute = self.0.attr(name).map_err(|error| reason(&error));
        let numbers = attribute.and_then(|it| read_numbers(Source::Attribute(&it)));
        let numbers = numbers.map_err(|reason| self.unreadable(name, &reason))?;
        Ok(numbers.into_iter().collect())
    }

    /// The numbers of a dataset.
    ///
    /// # Errors
    /// The message for the user.
    pub fn column(&self, name: &str) -> std::result::Result<Vec<f64>, String> {
        let numbers = self
            .dataset(name)
            .and_then(|it| read_numbers(Source::Dataset(&it)));
        let numbers = numbers.map_err(|reason| self.unreadable(name, &reason))?;
        Ok(numbers.into_iter().collect())
    }

    /// The texts of a dataset.
    ///
    /// # Errors
    /// The message for the user.
    pub fn names(&self, name: &str) -> std::result::Result<Vec<String>, String> {
        let texts = self.dataset(name).and_then(|dataset| {
            if !references_hold(&dataset)? {
                return Err(damaged("its texts are not where they should be"));
            }
            read_texts(Source::Dataset(&dataset))
        });
        let (_, texts) = texts.map_err(|reason| self.unreadable(name, &reason))?;
        Ok(texts)
    }

    fn dataset(&self, name: &str) -> std::result::Result<Dataset, String> {
        if !self.0.link_exists(name) {
            return Err("it is not there".to_owned());
        }
        self.0.dataset(name).map_err(|error| reason(&error))
    }

    fn unreadable(&self, name: &str, reason: &str) -> String {
        let path = self.0.name();
        format!(
            "{}/{name} cannot be read: {reason}",
            path.trim_start_matches('/')
        )
    }
}
