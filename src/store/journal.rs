//! Journals: results of a rank on their way to data.h5.
//!
//! A journal grows by whole records, each with a checksum. Whatever ends a rank, the records before
//! the last one are whole and the last one is whole or known not to be.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crc::{CRC_32_ISCSI, Crc};

use super::Record;
use crate::error::{Error, Result};

const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// The journal that one rank writes.
pub struct Journal {
    path: PathBuf,
    file: File,
    interval: Duration,
    secured: Instant,
}

impl Journal {
    /// Opens a new journal for `rank` in `directory`. Its records are safe from a crash of the node
    /// after `interval` at the latest, from a crash of the program at once.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be created.
    pub fn create(directory: &Path, rank: usize, interval: Duration) -> Result<Self> {
        let path = directory.join(format!("rank-{rank:05}.records"));
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|error| Error::file("create", &path, error))?;
        Ok(Self {
            path,
            file,
            interval,
            secured: Instant::now(),
        })
    }

    /// Adds a record.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be written, on a full disk for example.
    pub fn append(&mut self, record: &Record) -> Result<()> {
        let bytes = postcard::to_stdvec_crc32(record, CHECKSUM.digest())
            .expect("plain data can be serialized");
        self.file
            .write_all(&bytes)
            .map_err(|error| Error::file("write", &self.path, error))?;
        if self.secured.elapsed() >= self.interval {
            self.secure()?;
        }
        Ok(())
    }

    /// Waits until everything is on the disk.
    ///
    /// # Errors
    /// [`Error::File`] when the system cannot promise it.
    pub fn secure(&mut self) -> Result<()> {
        self.secured = Instant::now();
        self.file
            .sync_data()
            .map_err(|error| Error::file("write", &self.path, error))
    }
}

/// The records of all journals in `directory`, whatever ranks wrote them. A journal that ends in a
/// broken record gives those before it, and a warning.
///
/// # Errors
/// [`Error::File`] when a journal cannot be read. A directory that does not exist holds none.
pub fn read_journals(directory: &Path) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    for path in journals(directory)? {
        let bytes = std::fs::read(&path).map_err(|error| Error::file("read", &path, error))?;
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            match postcard::take_from_bytes_crc32(rest, CHECKSUM.digest()) {
                Ok((record, after)) => {
                    records.push(record);
                    rest = after;
                }
                Err(_) => {
                    log::warn!(
                        "{}: the last {} bytes are not a whole record; what they held is computed again",
                        path.display(),
                        rest.len()
                    );
                    break;
                }
            }
        }
    }
    Ok(records)
}

/// Removes all journals, once their records are elsewhere.
///
/// # Errors
/// [`Error::File`] when one cannot be removed.
pub fn remove_journals(directory: &Path) -> Result<()> {
    for path in journals(directory)? {
        std::fs::remove_file(&path).map_err(|error| Error::file("remove", &path, error))?;
    }
    // Not empty when a reader left something there: no harm.
    let _ = std::fs::remove_dir(directory);
    Ok(())
}

fn journals(directory: &Path) -> Result<Vec<PathBuf>> {
    if !directory.exists() {
        return Ok(Vec::new());
    }
    let refuse = |error| Error::file("read", directory, error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(refuse)? {
        let path = entry.map_err(refuse)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "records")
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Split, Task};
    use crate::store::WindowRecord;

    fn record(realization: u32) -> Record {
        Record {
            task: Task {
                sites: 4,
                strength: 1.5,
                split: Split::Train,
                realization,
            },
            field: vec![0.1, -0.2, 0.3, f64::from(realization)],
            energy_min: -3.0,
            energy_max: 4.0,
            windows: vec![
                Ok(WindowRecord {
                    indicators: vec![0.5, f64::NAN],
                    states: 6,
                    residual: 1e-14,
                    energies: vec![1.0, 2.0],
                }),
                Err("too dark".to_owned()),
            ],
        }
    }

    fn same(a: &[Record], b: &[Record]) -> bool {
        postcard::to_stdvec(a).unwrap() == postcard::to_stdvec(b).unwrap()
    }

    #[test]
    fn what_was_written_is_read_whoever_wrote_it() {
        let directory = tempfile::tempdir().unwrap();
        for rank in 0..2 {
            let mut journal =
                Journal::create(directory.path(), rank, Duration::from_secs(60)).unwrap();
            journal.append(&record(2 * rank as u32)).unwrap();
            journal.append(&record(2 * rank as u32 + 1)).unwrap();
        }
        let records = read_journals(directory.path()).unwrap();
        assert!(same(
            &records,
            &[record(0), record(1), record(2), record(3)]
        ));
        remove_journals(directory.path()).unwrap();
        assert!(!directory.path().exists());
        assert!(read_journals(directory.path()).unwrap().is_empty());
    }

    /// Cut anywhere, or with a bit flipped anywhere, the journal gives whole records only.
    #[test]
    fn a_damaged_journal_gives_the_records_before_the_damage() {
        let directory = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(directory.path(), 0, Duration::ZERO).unwrap();
        for realization in 0..3 {
            journal.append(&record(realization)).unwrap();
        }
        let path = directory.path().join("rank-00000.records");
        let whole = std::fs::read(&path).unwrap();
        let size = whole.len() / 3;
        let expected = [record(0), record(1), record(2)];
        for place in 0..whole.len() {
            std::fs::write(&path, &whole[..place]).unwrap();
            let read = read_journals(directory.path()).unwrap();
            assert!(same(&read, &expected[..place / size]), "cut at {place}");

            let mut flipped = whole.clone();
            flipped[place] ^= 0x10;
            std::fs::write(&path, &flipped).unwrap();
            let read = read_journals(directory.path()).unwrap();
            assert!(same(&read, &expected[..place / size]), "flip at {place}");
        }
    }
}
