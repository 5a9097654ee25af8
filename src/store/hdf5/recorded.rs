//! What data.h5 records of how it is made, read without its data.

use std::collections::BTreeMap;
use std::path::Path;

use super::attributes::get_text;
use super::file::{FileType, open};
use crate::error::{Error, Result};
use crate::store::StoreResult;
use crate::store::table::Table;

/// The decisions that a campaign keeps when it is resumed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorded {
    /// The calibration, as it was written.
    pub calibration: Option<String>,
    /// The solver of each chain length.
    pub solvers: BTreeMap<usize, String>,
}

/// What the data.h5 at `path` records; nothing where there is none.
///
/// # Errors
/// [`Error::File`] when it is not such a file, or damaged.
pub fn recorded(path: &Path) -> Result<Recorded> {
    if !path.exists() {
        return Ok(Recorded::default());
    }
    let file = open(path, FileType::Data)?;
    let read = || -> StoreResult<Recorded> {
        let mut solvers = BTreeMap::new();
        for size in file.groups()? {
            for group in size.groups()? {
                if let Ok(solver) = get_text(&group, Table::SOLVER) {
                    solvers.insert(group.attr("sites")?.read_scalar::<i64>()? as usize, solver);
                }
            }
        }
        Ok(Recorded {
            calibration: get_text(&file, "calibration").ok(),
            solvers,
        })
    };
    read().map_err(|error| Error::file("read", path, error))
}
