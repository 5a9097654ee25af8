//! Trainings that are under way, on disk: one file each, from which the next run goes on.
//!
//! A file holds a checksum and a [`State`] in postcard's format. Its name is the identity of its
//! training, a checksum of all that the training depends on, so that a changed deck or other data
//! start anew; what is left of other trainings is removed at the end.

use std::fs;
use std::path::{Path, PathBuf};

use super::state::State;
use crate::error::{Error, Result};
use crate::files::write_whole;

/// The directory of the checkpoints of one training stage.
pub struct Checkpoints {
    directory: PathBuf,
}

impl Checkpoints {
    /// Those in `directory`, which is created with the first.
    pub fn new(directory: &Path) -> Self {
        let directory = directory.to_owned();
        Self { directory }
    }

    /// Whether an earlier run has left any.
    pub fn any(&self) -> bool {
        fs::read_dir(&self.directory).is_ok_and(|mut files| files.next().is_some())
    }

    fn path(&self, identity: u64) -> PathBuf {
        self.directory.join(format!("{identity:016x}.state"))
    }

    /// What is kept of a training; none if there is nothing, or nothing whole.
    ///
    /// # Errors
    /// [`Error::File`] when there is a file that cannot be read.
    pub fn read(&self, identity: u64) -> Result<Option<State>> {
        let path = self.path(identity);
        match fs::read(&path) {
            Ok(bytes) => Ok(postcard::from_bytes_crc32(&bytes, digest().digest()).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("read", &path, error)),
        }
    }

    /// Keeps a training: the old file or the new one is there, never a part.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be written.
    pub fn write(&self, identity: u64, state: &State) -> Result<()> {
        let create = |error| Error::file("create", &self.directory, error);
        fs::create_dir_all(&self.directory).map_err(create)?;
        let bytes = postcard::to_stdvec_crc32(state, digest().digest())
            .expect("a state is made of numbers");
        write_whole(&self.path(identity), &bytes)
    }

    /// Removes all of them, once the stage has come to its end.
    ///
    /// # Errors
    /// [`Error::File`] when they cannot be removed.
    pub fn remove(&self) -> Result<()> {
        match fs::remove_dir_all(&self.directory) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::file("remove", &self.directory, error))
            }
            _ => Ok(()),
        }
    }
}

fn digest() -> crc::Crc<u32> {
    crc::Crc::<u32>::new(&crc::CRC_32_ISCSI)
}
