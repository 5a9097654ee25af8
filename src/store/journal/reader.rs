//! Journals on their way into memory, and off the disk.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::format::decode;
use super::record::Record;
use crate::error::{Error, Result};
use crate::files::{open_plain, set_aside};

/// The journals of a directory, whichever ranks wrote them.
#[derive(Debug, Default)]
pub struct Journals {
    /// Their whole records.
    pub records: Vec<Record>,
    /// Every journal, damaged or not.
    paths: Vec<PathBuf>,
    pub(super) damaged: Vec<Damaged>,
}

/// A journal that does not end with a whole record.
#[derive(Debug)]
pub(super) struct Damaged {
    path: PathBuf,
    /// Bytes at its end that are no records.
    lost: usize,
}

impl Journals {
    /// Reads the journals in `directory`, also while ranks write them. A damaged one gives the records
    /// before the damage.
    ///
    /// # Errors
    /// [`Error::File`] when one cannot be read. A directory that does not exist holds none.
    pub fn read(directory: &Path) -> Result<Self> {
        let mut journals = Self::default();
        for path in paths(directory)? {
            journals.add(path)?;
        }
        Ok(journals)
    }

    /// Reads a single journal, as [`read`](Self::read) reads several.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read.
    pub fn of_file(path: &Path) -> Result<Self> {
        let mut journals = Self::default();
        journals.add(path.to_owned())?;
        Ok(journals)
    }

    fn add(&mut self, path: PathBuf) -> Result<()> {
        let bytes = read(&path).map_err(|error| Error::file("read", &path, error))?;
        let lost = decode(&bytes, &mut self.records);
        if lost > 0 {
            let path = path.clone();
            self.damaged.push(Damaged { path, lost });
        }
        self.paths.push(path);
        Ok(())
    }

    /// The number of journals that were read.
    pub fn count(&self) -> usize {
        self.paths.len()
    }

    /// What is wrong with those that are damaged.
    pub fn damage(&self) -> impl Iterator<Item = String> {
        self.damaged.iter().map(|Damaged { path, lost }| {
            format!(
                "{}: the last {lost} bytes are no whole records of this version",
                path.display()
            )
        })
    }

    /// Removes the journals that were read, once their records are elsewhere. Damaged ones are set
    /// aside with a warning.
    ///
    /// # Errors
    /// [`Error::File`] when the system refuses.
    pub fn remove(self) -> Result<()> {
        for Damaged { path, lost } in &self.damaged {
            let aside = set_aside(path, "damaged")?;
            log::warn!(
                "{}: the last {lost} bytes are not whole records; the file is set aside as {}, and \
                 lost results are computed again",
                path.display(),
                aside.display()
            );
        }
        let whole = |path: &&PathBuf| self.damaged.iter().all(|damaged| damaged.path != **path);
        for path in self.paths.iter().filter(whole) {
            std::fs::remove_file(path).map_err(|error| Error::file("remove", path, error))?;
        }
        // The directory stays when it holds damaged journals.
        if let Some(directory) = self.paths.first().and_then(|path| path.parent()) {
            let _ = std::fs::remove_dir(directory);
        }
        Ok(())
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_plain(path, OpenOptions::new().read(true))?.read_to_end(&mut bytes)?;
    Ok(bytes)
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
