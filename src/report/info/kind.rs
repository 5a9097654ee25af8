//! Which kind of file a path leads to.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::contents::contents;
use super::documents::json;
use super::journals::journal;
use super::model::model;
use super::scaling::arrays;
use super::summary::{READABLE, Summary};
use crate::error::{Error, Result};
use crate::store::{FileType, hdf5_file_type};

/// A format, as its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Format {
    Hdf5,
    Safetensors,
    Journal,
    Json,
}

/// The summary of a file.
///
/// # Errors
/// When it cannot be read, or is none of this program.
pub fn summary(path: &Path) -> Result<Summary> {
    let found = format(path).map_err(|error| Error::file("read", path, error))?;
    // What is damaged at its beginning is read as what its name says, for the sake of the message.
    match found.or_else(|| named(path)) {
        Some(Format::Hdf5) => hdf5(path),
        Some(Format::Safetensors) => model(path),
        Some(Format::Journal) => journal(path),
        Some(Format::Json) => json(path),
        None => {
            let reason = format!("{}; {READABLE}", beginning(path)?);
            Err(Error::file("read", path, reason))
        }
    }
}

fn hdf5(path: &Path) -> Result<Summary> {
    let file_type = hdf5_file_type(path)?;
    if file_type == "mblscale-scaling" {
        arrays(path)
    } else if [FileType::Data, FileType::Predictions]
        .map(FileType::name)
        .contains(&&*file_type)
    {
        contents(path)
    } else {
        let reason = format!("it is a {file_type} file; {READABLE}");
        Err(Error::file("read", path, reason))
    }
}

/// The format that the bytes of a file tell.
fn format(path: &Path) -> io::Result<Option<Format>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        // A pipe would keep the program waiting for its other end.
        return Err(io::Error::other("it is no plain file"));
    }
    let mut file = File::open(path)?;
    // Before the contents of an HDF5 file, a block of the user's may stand.
    for place in [0, 512, 1024, 2048] {
        if start(&mut file, place, 8)? == b"\x89HDF\r\n\x1a\n" {
            return Ok(Some(Format::Hdf5));
        }
    }
    let start = start(&mut file, 0, 64)?;
    if start.starts_with(b"mblscale journal ") {
        return Ok(Some(Format::Journal));
    }
    if let Some((length, [b'{', ..])) = start.split_first_chunk::<8>()
        && u64::from_le_bytes(*length) < metadata.len()
    {
        return Ok(Some(Format::Safetensors));
    }
    let text = start.trim_ascii_start();
    Ok(text.starts_with(b"{").then_some(Format::Json))
}

/// The format that the name of a file tells.
fn named(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "h5" => Some(Format::Hdf5),
        "safetensors" => Some(Format::Safetensors),
        "json" | "jsonl" => Some(Format::Json),
        "records" => Some(Format::Journal),
        _ => None,
    }
}

/// What a file of no known format begins with, in words.
fn beginning(path: &Path) -> Result<String> {
    const SHOWN: u64 = 40;
    let read = || start(&mut File::open(path)?, 0, SHOWN);
    let bytes = read().map_err(|error| Error::file("read", path, error))?;
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().next().unwrap_or_default();
    Ok(match bytes.is_empty() {
        true => "it is empty".to_owned(),
        false => format!("it is no file of this program, and begins with \"{line}\""),
    })
}

/// At most `most` bytes from a place in a file.
fn start(file: &mut File, place: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(place))?;
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
