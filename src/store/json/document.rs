//! A JSON result on its way into memory.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::store::hdf5::FORMAT_VERSION;

/// An object of a JSON file, with its envelope.
#[derive(Debug)]
pub struct Document {
    path: PathBuf,
    entries: Map<String, Value>,
}

impl Document {
    /// The document that the `text` of a file holds.
    ///
    /// # Errors
    /// [`Error::File`] with the place of the damage, or when it is no object.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        let value = serde_json::from_str(text)
            .map_err(|error| Error::file("read", path, format!("it is no whole JSON: {error}")))?;
        match value {
            Value::Object(entries) => Ok(Self::new(path, entries)),
            _ => Err(Error::file("read", path, "it is JSON, but no object")),
        }
    }

    pub(super) fn new(path: &Path, entries: Map<String, Value>) -> Self {
        let path = path.to_owned();
        Self { path, entries }
    }

    /// What it says that it is; none without an envelope.
    pub fn file_type(&self) -> Option<&str> {
        self.entries.get("file_type")?.as_str()
    }

    /// Refuses a version that this program does not read.
    ///
    /// # Errors
    /// [`Error::File`] when it has none or another one.
    pub fn check_version(&self) -> Result<()> {
        let reason = match self.entries.get("format_version") {
            Some(version) if version.as_i64() == Some(FORMAT_VERSION) => return Ok(()),
            Some(other) => {
                format!("its format version is {other}, this program reads {FORMAT_VERSION}")
            }
            None => "it has no format_version".to_owned(),
        };
        Err(Error::file("read", &self.path, reason))
    }

    /// The names of its entries.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.entries.keys()
    }

    /// Whether it has an entry of this name.
    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// An entry as text; none if there is no such text or number.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.entries.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// An entry as what it stands for.
    ///
    /// # Errors
    /// [`Error::File`] with its name when it is missing or has other contents.
    pub fn entry<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let refuse = |reason: String| Error::file("read", &self.path, reason);
        let value = self.entries.get(name);
        let value = value.ok_or_else(|| refuse(format!("it has no \"{name}\"")))?;
        T::deserialize(value).map_err(|error| refuse(format!("its \"{name}\": {error}")))
    }

    /// All of it as one structure.
    ///
    /// # Errors
    /// [`Error::File`] when a field is missing or has other contents.
    pub fn whole<T: DeserializeOwned>(&self) -> Result<T> {
        let value = Value::Object(self.entries.clone());
        T::deserialize(value).map_err(|error| Error::file("read", &self.path, error))
    }
}
