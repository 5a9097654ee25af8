//! Result files. The only folder that knows HDF5.

mod assemble;
mod differences;
mod failures;
mod file;
mod journal;
mod json;
mod provenance;
mod quantities;
mod record;
mod recorded;
mod scales;
mod table;
mod whole;

pub use assemble::Assembly;
pub use file::{Contents, FORMAT_VERSION, FileType, read, read_any, write};
pub use journal::{Journal, read_journals, remove_journals};
pub use json::write_json;
pub use provenance::{COMMIT, Provenance, VERSION};
pub use record::{Record, WindowRecord};
pub use recorded::{Recorded, recorded};
pub use table::{Dimension, Quantity, Table, group_name};
pub use whole::write_whole;

/// The result of a call to HDF5, before it is an error for the reader.
type StoreResult<T> = std::result::Result<T, hdf5::Error>;
