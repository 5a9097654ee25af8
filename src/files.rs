//! Files that appear whole or not at all, and are moved rather than destroyed.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Writes `bytes` at `path`. A reader sees the old file or the new one, never a part.
///
/// # Errors
/// [`Error::File`] when it cannot be written; what was there is untouched.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = part_of(path);
    let written = fs::write(&part, bytes).map_err(|error| Error::file("write", &part, error));
    written
        .and_then(|()| replace(&part, path))
        .inspect_err(|_| {
            // On a full disk the room is needed.
            let _ = fs::remove_file(&part);
        })
}

/// Removes what a run that was killed has left half written of the file at `path`.
///
/// # Errors
/// [`Error::File`] when the system refuses.
pub fn remove_part(path: &Path) -> Result<()> {
    let part = part_of(path);
    match fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("remove", &part, error))
        }
        _ => Ok(()),
    }
}

/// Where a file is written before it takes the place of the one at `path`.
pub fn part_of(path: &Path) -> PathBuf {
    with_suffix(path, "part")
}

/// Moves a file or directory to a name of its own beside it, and returns that.
///
/// # Errors
/// [`Error::File`] when the system refuses.
pub fn set_aside(path: &Path, why: &str) -> Result<PathBuf> {
    let numbered = (2..).map(|number| with_suffix(path, &format!("{why}-{number}")));
    let aside = std::iter::once(with_suffix(path, why))
        .chain(numbered)
        .find(|aside| !aside.exists())
        .expect("numbers do not end");
    fs::rename(path, &aside).map_err(|error| Error::file("move", path, error))?;
    Ok(aside)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
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
