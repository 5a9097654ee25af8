//! Journals: results of a rank on their way to data.h5.
//!
//! A journal grows by records, each with a checksum. After a crash all records before the last one
//! are whole, and the checksum tells whether the last one is. Appending costs the same however long
//! the journal is.

mod format;
mod reader;
mod record;
mod run_log;

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use format::{VERSION, encode};

pub use reader::Journals;
pub use record::{Account, Record, Seconds, WindowRecord};
pub use run_log::{Measured, extend_run_log, measured};

use crate::error::{Error, Result};
use crate::files::{open_own, refuse_link};

/// The journal that one rank writes. Records that are not on the disk when it is dropped are lost.
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Bytes that are known to be on the disk.
    length: u64,
    buffer: Vec<u8>,
    interval: Duration,
    synced: Instant,
}

impl Journal {
    /// Opens the journal of `rank` in `directory`. Its records go to the disk every `interval`.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be created.
    pub fn create(directory: &Path, rank: usize, interval: Duration) -> Result<Self> {
        refuse_link(directory)?;
        let path = directory.join(format!("rank-{rank:05}.records"));
        let refuse = |error| Error::file("create", &path, error);
        let mut options = OpenOptions::new();
        let file = open_own(&path, options.create(true).append(true)).map_err(refuse)?;
        let length = file.metadata().map_err(refuse)?.len();
        let buffer = if length == 0 {
            VERSION.to_vec()
        } else {
            Vec::new()
        };
        Ok(Self {
            path,
            file,
            length,
            buffer,
            interval,
            synced: Instant::now(),
        })
    }

    /// Adds a record to the buffer in memory. A file system that thousands of ranks share prefers
    /// few large writes.
    pub fn append(&mut self, record: &Record) {
        self.buffer.extend(encode(record));
    }

    /// Writes the buffer when the interval has passed.
    ///
    /// # Errors
    /// As [`sync`](Self::sync).
    pub fn sync_if_due(&mut self) -> Result<()> {
        if self.synced.elapsed() >= self.interval {
            self.sync()?;
        }
        Ok(())
    }

    /// Writes the buffer and waits until it is on the disk.
    ///
    /// # Errors
    /// [`Error::File`] when the system refuses, on a full disk for example. Records that were
    /// written before stay whole.
    pub fn sync(&mut self) -> Result<()> {
        self.synced = Instant::now();
        if self.buffer.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(&self.buffer);
        match written.and_then(|()| self.file.sync_data()) {
            Ok(()) => {
                self.length += self.buffer.len() as u64;
                self.buffer.clear();
                Ok(())
            }
            Err(error) => {
                // No later record may follow half of this one. If this fails too, readers stop at
                // the half.
                let _ = self.file.set_len(self.length);
                Err(Error::file("write", &self.path, error))
            }
        }
    }
}

#[cfg(test)]
mod tests;
