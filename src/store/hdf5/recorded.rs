//! How data.h5 was made, read without its data.

use std::collections::BTreeMap;
use std::path::Path;

use super::attributes::{get_number, get_text};
use super::file::FileType;
use super::layout::layout;
use super::read::open;
use crate::error::{Error, Result};
use crate::store::table::Table;

/// The choices that a resumed campaign keeps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorded {
    /// The calibration, as JSON.
    pub calibration: Option<String>,
    /// The solver of each chain length.
    pub solvers: BTreeMap<usize, String>,
}

/// What the data.h5 at `path` records; nothing when it is missing.
///
/// # Errors
/// [`Error::File`] when it is damaged or of another type.
pub fn recorded(path: &Path) -> Result<Recorded> {
    if !path.exists() {
        return Ok(Recorded::default());
    }
    let file = open(path, FileType::Data)?;
    let read = || -> std::result::Result<Recorded, String> {
        let mut solvers = BTreeMap::new();
        for group in layout(&file)?.0 {
            if let Some(solver) = get_text(&group, Table::SOLVER)?
                && let Some(sites) = get_number(&group, "sites")?
            {
                solvers.insert(sites as usize, solver);
            }
        }
        Ok(Recorded {
            calibration: get_text(&file, "calibration")?,
            solvers,
        })
    };
    read().map_err(|error| Error::file("read", path, error))
}
