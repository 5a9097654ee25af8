//! Files of unfinished trainings, one for each training, from which the next run continues.
//!
//! A file holds a [`State`] in postcard's format and a checksum. Its name is the identity of its
//! training, which covers everything that the training depends on. So a changed deck or other data
//! start a new training. The end of the stage removes the files of all trainings.

use std::fs;
use std::path::{Path, PathBuf};

use super::state::State;
use crate::error::{Error, Result};
use crate::files::{create_directory, refuse_link, write_whole};
use crate::identity::Identity;

/// The directory of the checkpoints of one training stage.
pub struct Checkpoints {
    directory: PathBuf,
}

impl Checkpoints {
    /// The checkpoints in `directory`, which is created with the first one.
    pub fn new(directory: &Path) -> Self {
        let directory = directory.to_owned();
        Self { directory }
    }

    /// Whether an earlier run left any.
    pub fn any(&self) -> bool {
        fs::read_dir(&self.directory).is_ok_and(|mut files| files.next().is_some())
    }

    /// The finished epochs of the trainings that an earlier run left. Incomplete files count as none.
    ///
    /// # Errors
    /// [`Error::File`] when a file cannot be read.
    pub fn epochs(&self) -> Result<Vec<usize>> {
        let mut found = Vec::new();
        let files = match fs::read_dir(&self.directory) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(Error::file("read", &self.directory, error)),
        };
        for file in files {
            let path = file
                .map_err(|error| Error::file("read", &self.directory, error))?
                .path();
            if path.extension().is_some_and(|it| it == "state") {
                let bytes = fs::read(&path).map_err(|error| Error::file("read", &path, error))?;
                found.extend(state(&bytes).map(|state| state.epoch));
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    fn path(&self, identity: Identity) -> PathBuf {
        self.directory.join(format!("{identity}.state"))
    }

    /// The state of a training; none if there is no file, or an incomplete one.
    ///
    /// # Errors
    /// [`Error::File`] when the file exists and cannot be read.
    pub fn read(&self, identity: Identity) -> Result<Option<State>> {
        let path = self.path(identity);
        match fs::read(&path) {
            Ok(bytes) => Ok(state(&bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("read", &path, error)),
        }
    }

    /// Writes the state of a training. A kill in the meantime leaves the old file or the new one.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be written.
    pub fn write(&self, identity: Identity, state: &State) -> Result<()> {
        if let Some(models) = self.directory.parent() {
            create_directory(models)?;
        }
        create_directory(&self.directory)?;
        let bytes = postcard::to_stdvec_crc32(state, digest().digest())
            .expect("a state is made of numbers");
        write_whole(&self.path(identity), &bytes)
    }

    /// Removes all checkpoints at the end of the stage.
    ///
    /// # Errors
    /// [`Error::File`] when they cannot be removed.
    pub fn remove(&self) -> Result<()> {
        if let Some(models) = self.directory.parent() {
            refuse_link(models)?;
        }
        match fs::remove_dir_all(&self.directory) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::file("remove", &self.directory, error))
            }
            _ => Ok(()),
        }
    }
}

/// The state that a file holds; none if it is incomplete.
fn state(bytes: &[u8]) -> Option<State> {
    postcard::from_bytes_crc32(bytes, digest().digest()).ok()
}

fn digest() -> crc::Crc<u32> {
    crc::Crc::<u32>::new(&crc::CRC_32_ISCSI)
}
