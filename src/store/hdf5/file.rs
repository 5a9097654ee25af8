//! What a result file is: its type, its format version, its contents in memory.

use std::collections::BTreeMap;

use crate::store::table::Table;

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
    /// Attributes of the file, which say where it comes from.
    pub attributes: BTreeMap<String, String>,
    /// Its groups.
    pub tables: Vec<Table>,
    /// The paths of what is no part of the layout, and is not read.
    pub others: Vec<String>,
}
