//! Result files. The only folder that knows HDF5.

pub mod hdf5;
mod journal;
mod json;
mod lock;
mod provenance;
mod table;

pub use hdf5::{
    Array, Attribute, Contents, FORMAT_VERSION, FileType, Recorded, Section, Values, read,
    read_any, recorded, write, write_arrays,
};
pub use journal::{
    Account, Journal, Journals, Record, Seconds, WindowRecord, extend_run_log, mean_seconds,
};
pub use json::write_json;
pub use lock::{Holder, Lock};
pub use provenance::Provenance;
pub use table::{Assembly, Dimension, Quantity, Table, group_name};

/// The result of a call to HDF5, before it is an error for the reader.
type StoreResult<T> = std::result::Result<T, ::hdf5::Error>;
