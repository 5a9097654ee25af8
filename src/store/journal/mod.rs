//! Journals: results of a rank on their way to data.h5.
//!
//! A journal grows by whole records, each with a checksum. Whatever ends a rank, the records before
//! the last one are whole, and the last one is whole or known not to be: a reader sees nothing that
//! was half written, and no file is written twice however long a rank lives.

mod record;
mod run_log;

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crc::{CRC_32_ISCSI, Crc};

pub use record::{Account, Record, Seconds, WindowRecord};
pub use run_log::{extend_run_log, mean_seconds};

use crate::error::{Error, Result};
use crate::files::set_aside;

const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// A journal begins with its version, that of the layout of [`Record`].
const VERSION: &[u8] = b"mblscale journal 2\n";

/// The journal that one rank writes. What is still in memory when it is dropped is lost.
pub struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
    waiting: Vec<u8>,
    interval: Duration,
    secured: Instant,
}

impl Journal {
    /// Opens the journal of `rank` in `directory`. Its records are to be secured every `interval`.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be created.
    pub fn create(directory: &Path, rank: usize, interval: Duration) -> Result<Self> {
        let path = directory.join(format!("rank-{rank:05}.records"));
        let refuse = |error| Error::file("create", &path, error);
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(refuse)?;
        let length = file.metadata().map_err(refuse)?.len();
        let waiting = if length == 0 {
            VERSION.to_vec()
        } else {
            Vec::new()
        };
        Ok(Self {
            path,
            file,
            length,
            waiting,
            interval,
            secured: Instant::now(),
        })
    }

    /// Adds a record, in memory until it is secured: a file system shared by thousands of ranks
    /// wants few and larger writes.
    pub fn append(&mut self, record: &Record) {
        let bytes = postcard::to_stdvec_crc32(record, CHECKSUM.digest())
            .expect("plain data can be serialized");
        self.waiting.extend(bytes);
    }

    /// Secures the records when the interval has passed.
    ///
    /// # Errors
    /// As [`secure`](Self::secure).
    pub fn secure_if_due(&mut self) -> Result<()> {
        if self.secured.elapsed() >= self.interval {
            self.secure()?;
        }
        Ok(())
    }

    /// Writes all records and waits until they are on the disk.
    ///
    /// # Errors
    /// [`Error::File`] when the system cannot promise it, on a full disk for example. Records that
    /// were secured before stay whole.
    pub fn secure(&mut self) -> Result<()> {
        self.secured = Instant::now();
        if self.waiting.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(&self.waiting);
        match written.and_then(|()| self.file.sync_data()) {
            Ok(()) => {
                self.length += self.waiting.len() as u64;
                self.waiting.clear();
                Ok(())
            }
            Err(error) => {
                // A later record must not stand behind half of this one. Should even this fail, a
                // reader stops at the half.
                let _ = self.file.set_len(self.length);
                Err(Error::file("write", &self.path, error))
            }
        }
    }
}

/// What the journals of a directory hold, whatever ranks wrote them.
#[derive(Debug, Default)]
pub struct Journals {
    /// Their whole records.
    pub records: Vec<Record>,
    /// Every journal.
    paths: Vec<PathBuf>,
    /// Of damaged ones, the path and how many bytes at the end are no records.
    damaged: Vec<(PathBuf, usize)>,
}

impl Journals {
    /// Reads the journals in `directory`, also while they are written. One that is damaged gives
    /// the records before the damage.
    ///
    /// # Errors
    /// [`Error::File`] when one cannot be read. A directory that does not exist holds none.
    pub fn read(directory: &Path) -> Result<Self> {
        let mut journals = Self::default();
        for path in paths(directory)? {
            let bytes = std::fs::read(&path).map_err(|error| Error::file("read", &path, error))?;
            let lost = read_records(&bytes, &mut journals.records);
            if lost > 0 {
                journals.damaged.push((path.clone(), lost));
            }
            journals.paths.push(path);
        }
        Ok(journals)
    }

    /// Removes the journals that were read, once their records are elsewhere; sets the damaged ones
    /// aside and says so.
    ///
    /// # Errors
    /// [`Error::File`] when that fails.
    pub fn remove(self) -> Result<()> {
        for (path, lost) in &self.damaged {
            let aside = set_aside(path, "damaged")?;
            log::warn!(
                "{}: the last {lost} bytes are not whole records; set aside as {}, and what they \
                 held is computed again",
                path.display(),
                aside.display()
            );
        }
        let whole = |path: &&PathBuf| self.damaged.iter().all(|(damaged, _)| damaged != *path);
        for path in self.paths.iter().filter(whole) {
            std::fs::remove_file(path).map_err(|error| Error::file("remove", path, error))?;
        }
        // Not empty when something was set aside: no harm.
        if let Some(directory) = self.paths.first().and_then(|path| path.parent()) {
            let _ = std::fs::remove_dir(directory);
        }
        Ok(())
    }
}

/// Adds the whole records to `records`; returns the number of bytes after them.
fn read_records(bytes: &[u8], records: &mut Vec<Record>) -> usize {
    let Some(mut rest) = bytes.strip_prefix(VERSION) else {
        return bytes.len();
    };
    while let Ok((record, after)) = postcard::take_from_bytes_crc32(rest, CHECKSUM.digest()) {
        records.push(record);
        rest = after;
    }
    rest.len()
}

fn paths(directory: &Path) -> Result<Vec<PathBuf>> {
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
    use super::super::journal::record::{Account, WindowRecord};
    use super::*;
    use crate::chain::Task;
    use crate::deck::Split;

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
                (
                    0.3,
                    Ok(WindowRecord {
                        indicators: vec![0.5, f64::NAN],
                        states: 6,
                        residual: 1e-14,
                        energies: vec![1.0, 2.0],
                    }),
                ),
                (0.5, Err("too dark".to_owned())),
            ],
            account: Account::default(),
        }
    }

    fn same(a: &[Record], b: &[Record]) -> bool {
        postcard::to_stdvec(a).unwrap() == postcard::to_stdvec(b).unwrap()
    }

    fn written(directory: &Path, rank: usize, realizations: std::ops::Range<u32>) -> PathBuf {
        let mut journal = Journal::create(directory, rank, Duration::ZERO).unwrap();
        for realization in realizations {
            journal.append(&record(realization));
            journal.secure_if_due().unwrap();
        }
        journal.path
    }

    #[test]
    fn what_was_written_is_read_whoever_wrote_it() {
        let directory = tempfile::tempdir().unwrap();
        written(directory.path(), 0, 0..2);
        written(directory.path(), 1, 2..3);
        written(directory.path(), 1, 3..4);
        let journals = Journals::read(directory.path()).unwrap();
        let expected: Vec<Record> = (0..4).map(record).collect();
        assert!(same(&journals.records, &expected));
        journals.remove().unwrap();
        assert!(!directory.path().exists());
        let none = Journals::read(directory.path()).unwrap();
        assert!(none.records.is_empty());
        none.remove().unwrap();
    }

    #[test]
    fn records_reach_the_disk_when_they_are_due() {
        let directory = tempfile::tempdir().unwrap();
        let hour = Duration::from_secs(3600);
        let mut journal = Journal::create(directory.path(), 0, hour).unwrap();
        journal.append(&record(0));
        journal.secure_if_due().unwrap();
        let there = || Journals::read(directory.path()).unwrap().records.len();
        assert_eq!(there(), 0);
        journal.secured -= hour;
        journal.secure_if_due().unwrap();
        assert_eq!(there(), 1);
        journal.append(&record(1));
        journal.secure().unwrap();
        assert_eq!(there(), 2);
    }

    /// A journal appears after its version, and never shrinks a reader's view: no byte is damage
    /// where nothing is written yet.
    #[test]
    fn an_empty_journal_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        written(directory.path(), 0, 0..0);
        let journals = Journals::read(directory.path()).unwrap();
        assert!(journals.damaged.is_empty());
        journals.remove().unwrap();
        assert!(!directory.path().exists());
    }

    /// Cut anywhere, or with a bit flipped anywhere, the journal gives whole records only.
    #[test]
    fn a_damaged_journal_gives_the_records_before_the_damage() {
        let directory = tempfile::tempdir().unwrap();
        let path = written(directory.path(), 0, 0..3);
        let whole = std::fs::read(&path).unwrap();
        let size = (whole.len() - VERSION.len()) / 3;
        let expected = [record(0), record(1), record(2)];
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            Journals::read(directory.path()).unwrap()
        };
        for place in 1..whole.len() {
            let before = place.saturating_sub(VERSION.len()) / size;
            let cut = read(&whole[..place]);
            assert!(same(&cut.records, &expected[..before]), "cut at {place}");
            let at_an_end = place >= VERSION.len() && (place - VERSION.len()).is_multiple_of(size);
            assert_eq!(cut.damaged.is_empty(), at_an_end, "cut at {place}");

            let mut flipped = whole.clone();
            flipped[place] ^= 0x10;
            let flipped = read(&flipped);
            assert!(
                same(&flipped.records, &expected[..before]),
                "flip at {place}"
            );
            assert_eq!(flipped.damaged.len(), 1, "flip at {place}");
        }
    }

    /// Nothing of a damaged journal is thrown away, not even when there was one before.
    #[test]
    fn a_damaged_journal_is_set_aside() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["rank-00000.records.damaged", "rank-00000.records.damaged-2"] {
            let path = written(directory.path(), 0, 0..2);
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.truncate(bytes.len() - 1);
            std::fs::write(&path, &bytes).unwrap();
            Journals::read(directory.path()).unwrap().remove().unwrap();
            assert!(!path.exists());
            assert_eq!(std::fs::read(directory.path().join(name)).unwrap(), bytes);
        }
        assert!(Journals::read(directory.path()).unwrap().records.is_empty());
    }
}
