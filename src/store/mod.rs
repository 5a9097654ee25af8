//! Result files. The only folder that knows HDF5.

mod arrays;
mod assemble;
mod differences;
mod failures;
mod file;
mod group;
mod journal;
mod json;
mod lock;
mod provenance;
mod quantities;
mod record;
mod recorded;
mod run_log;
mod scales;
mod table;
mod whole;

pub use arrays::{Array, Attribute, Section, Values, write_arrays};
pub use assemble::Assembly;
pub use file::{Contents, FORMAT_VERSION, FileType, read, read_any, write};
pub use journal::{Journal, Journals};
pub use json::write_json;
pub use lock::{Holder, Lock};
pub use provenance::{COMMIT, Provenance, VERSION};
pub use record::{Account, Record, Seconds, WindowRecord};
pub use recorded::{Recorded, recorded};
pub use run_log::{extend_run_log, mean_seconds};
pub use table::{Dimension, Quantity, Table, group_name};
pub use whole::{remove_part, set_aside, write_whole};

/// The result of a call to HDF5, before it is an error for the reader.
type StoreResult<T> = std::result::Result<T, hdf5::Error>;
