//! Files that appear whole or not at all, and are moved rather than destroyed.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Writes `bytes` at `path`. A reader sees the old file or the new one, never a part.
///
/// # Errors
/// [`Error::File`] when it cannot be written. An older file stays as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_beside(path, |part| {
        fs::write(part, bytes).map_err(|error| Error::file("write", part, error))
    })
}

/// Lets `write` make a file at a path beside `path`, and then moves it there. A reader sees the old
/// file or the new one, never a part.
///
/// # Errors
/// The error of `write`; [`Error::File`] when the file cannot be moved. An older file stays as it
/// was.
pub fn write_beside(path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let part = part_of(path);
    write(&part)
        .and_then(|()| replace(&part, path))
        .inspect_err(|_| {
            // On a full disk other files need the space.
            let _ = fs::remove_file(&part);
        })
}

/// Removes the part of the file at `path` that a killed run has left.
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

/// Moves a file or directory to a new name beside it, and returns that.
///
/// # Errors
/// [`Error::File`] when the system refuses.
pub fn set_aside(path: &Path, why: &str) -> Result<PathBuf> {
    let mut aside = with_suffix(path, why);
    let mut number = 2;
    while aside.exists() {
        aside = with_suffix(path, &format!("{why}-{number}"));
        number += 1;
    }
    fs::rename(path, &aside).map_err(|error| Error::file("move", path, error))?;
    Ok(aside)
}

/// Where a file is written before it is moved to `path`.
fn part_of(path: &Path) -> PathBuf {
    with_suffix(path, "part")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

/// Moves a finished file to `path`. After a crash of the node the old or the new file is there.
fn replace(part: &Path, path: &Path) -> Result<()> {
    let settle = || -> std::io::Result<()> {
        // The contents reach the disk before the name does.
        sync(&File::open(part)?)?;
        fs::rename(part, path)?;
        if let Some(directory) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            sync(&File::open(directory)?)?;
        }
        Ok(())
    };
    settle().map_err(|error| Error::file("write", path, error))
}

/// Waits until a file is on the disk. Some file systems have no such call for a file or a directory.
fn sync(file: &File) -> std::io::Result<()> {
    use std::io::ErrorKind::{InvalidInput, Unsupported};
    match file.sync_all() {
        Err(error) if matches!(error.kind(), InvalidInput | Unsupported) => Ok(()),
        outcome => outcome,
    }
}
