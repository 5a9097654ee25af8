//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::path::Path;

use crate::error::{Error, Result};

/// Writes `bytes` at `path`. A reader sees the old file or the new one, never a part.
///
/// # Errors
/// [`Error::File`] when it cannot be written; what was there is untouched.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = Path::new(&name);
    fs::write(part, bytes).map_err(|error| Error::file("write", part, error))?;
    replace(part, path)
}

/// Puts a finished file in the place of another, safe from a crash of the node.
///
/// # Errors
/// [`Error::File`] when the system refuses.
pub fn replace(part: &Path, path: &Path) -> Result<()> {
    let settle = || -> std::io::Result<()> {
        File::open(part)?.sync_all()?;
        fs::rename(part, path)?;
        if let Some(directory) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            File::open(directory)?.sync_all()?;
        }
        Ok(())
    };
    settle().map_err(|error| Error::file("write", path, error))
}
