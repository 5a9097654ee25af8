//! Files that appear whole or not at all, and are moved rather than destroyed.
//!
//! Others may be able to write in an output directory. A link that they leave there must not lead a
//! run to the files of its user. So what is replaced is created anew, and its link goes. What is
//! written in place, and what files are created in, must be no link.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::libc::{ELOOP, O_NOFOLLOW, O_NONBLOCK};

use crate::error::{Error, Result};

/// Writes `bytes` at `path`. A reader sees the old file or the new one, never a part.
///
/// # Errors
/// [`Error::File`] when it cannot be written. An older file stays as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_beside(path, |part| {
        // The file is new, but whoever may write here may have put a link in its place.
        let mut options = OpenOptions::new();
        let opened = open_own(part, options.write(true));
        opened
            .and_then(|mut file| file.write_all(bytes))
            .map_err(|error| Error::file("write", part, error))
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
    create_anew(&part)?;
    write(&part)
        .and_then(|()| replace(&part, path))
        .inspect_err(|_| {
            // On a full disk other files need the space.
            let _ = fs::remove_file(&part);
        })
}

/// Creates an empty file at `path`. An older file goes, and so does a link, whose target stays.
///
/// # Errors
/// [`Error::File`] when the system refuses.
pub fn create_anew(path: &Path) -> Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => OpenOptions::new().write(true).create_new(true).open(path),
    }
    .map_err(|error| Error::file("write", path, error))
}

/// Opens a file that is read and written in place. It must be a plain file with no other name.
///
/// # Errors
/// When the system refuses, or when the file is a link or something else.
pub fn open_own(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let file = open_plain(path, options)?;
    if file.metadata()?.nlink() > 1 {
        return Err(io::Error::other(format!(
            "it has another name, and a run would change that file too; {REMEDY}"
        )));
    }
    Ok(file)
}

/// Opens a plain file that is not behind a link.
///
/// # Errors
/// When the system refuses, or when the file is a link or something else.
pub fn open_plain(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    // A pipe would keep the program waiting for its other end.
    let opened = options.custom_flags(O_NOFOLLOW | O_NONBLOCK).open(path);
    let file = opened.map_err(|error| match error.raw_os_error() {
        Some(ELOOP) => io::Error::other(LINK),
        _ => error,
    })?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other(format!("it is no plain file; {REMEDY}")));
    }
    Ok(file)
}

/// Creates a directory in one that exists, if it is not there yet.
///
/// # Errors
/// [`Error::File`] when the system refuses, or when the path is a link or a file.
pub fn create_directory(path: &Path) -> Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            refuse_link(path)?;
            if path.is_dir() { Ok(()) } else { Err(error) }
        }
        created => created,
    }
    .map_err(|error| Error::file("create", path, error))
}

/// Refuses a directory that is a link: a run would write and remove files elsewhere.
///
/// # Errors
/// [`Error::File`] when it is one.
pub fn refuse_link(path: &Path) -> Result<()> {
    if path.is_symlink() {
        return Err(Error::file("use", path, LINK));
    }
    Ok(())
}

const LINK: &str = "it is a link, and a run writes to no file behind one; remove it, or give the deck \
                    another output (which may itself be a link)";
const REMEDY: &str = "move it away, or give the deck another output";

/// Removes the part of the file at `path` that a killed run has left.
///
/// # Errors
/// [`Error::File`] when the system refuses.
pub fn remove_part(path: &Path) -> Result<()> {
    let part = part_of(path);
    match fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
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
    while aside.exists() || aside.is_symlink() {
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
    let settle = || -> io::Result<()> {
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
