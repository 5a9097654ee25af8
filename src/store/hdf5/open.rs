//! HDF5 files as they are opened and created, also where the file system has no locks.

use std::path::Path;
use std::sync::Once;

use hdf5::{File, FileBuilder, OpenMode};

use super::reason::lacks_locks;

/// Opens a file to read it.
pub fn open_file(path: &Path) -> hdf5::Result<File> {
    with_locks_if_possible(path, FileBuilder::new(), OpenMode::Read)
}

/// Creates a file in the first format that has checksums for everything but the values.
pub fn create_file(path: &Path) -> hdf5::Result<File> {
    let mut builder = FileBuilder::new();
    #[cfg(checksummed_index)]
    builder.fapl().libver_v110();
    // Without a checksum for the index of chunks.
    #[cfg(not(checksummed_index))]
    builder.fapl().libver_v18();
    with_locks_if_possible(path, builder, OpenMode::Create)
}

fn with_locks_if_possible(
    path: &Path,
    mut builder: FileBuilder,
    mode: OpenMode,
) -> hdf5::Result<File> {
    match builder.open_as(path, mode) {
        Err(error) if lacks_locks(&error) && renounce_locks(&mut builder) => {
            // The user's HDF5_USE_FILE_LOCKING stands above what the program asks for.
            let file = builder.open_as(path, mode)?;
            static ONCE: Once = Once::new();
            ONCE.call_once(|| {
                log::warn!(
                    "the file system of {} has no locks, so HDF5 files there are opened without: let \
                     no other program write to them meanwhile",
                    path.display()
                );
            });
            Ok(file)
        }
        outcome => outcome,
    }
}

#[cfg(optional_file_locks)]
fn renounce_locks(builder: &mut FileBuilder) -> bool {
    builder.fapl().file_locking(false);
    true
}

/// This version of HDF5 asks its environment alone.
#[cfg(not(optional_file_locks))]
fn renounce_locks(_: &mut FileBuilder) -> bool {
    false
}
