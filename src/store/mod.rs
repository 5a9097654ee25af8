//! Result files. Each folder imports only those before it: `table` → `journal` → `hdf5` →
//! `assembly`, `given`.
//!
//! `table` is a result in memory, and `target` a number of it for each realization. `journal` is what a rank
//! appends to while it works, `hdf5` the files that people read. `assembly` puts records and older files
//! together. `given` reads fields of users.

mod assembly;
mod basis_files;
mod given;
mod hdf5;
mod journal;
mod json;
mod lock;
mod provenance;
mod statistic;
mod table;
mod target;

pub use assembly::{Assembly, Lacking};
pub use basis_files::BasisFiles;
pub use given::{another_field, fields_identity, given_fields};
pub use hdf5::{
    Array, Attribute, Contents, FORMAT_VERSION, FileType, Parts, Recorded, Section, StoredSection,
    Values, added_attributes, hdf5_file_type, read, read_any, read_parts, recorded, write,
    write_arrays,
};
pub use journal::{
    Account, Journal, Journals, Measured, Record, Seconds, WindowRecord, extend_run_log, measured,
};
pub use json::{Document, Lines, first_line, write_json};
pub use lock::{Holder, Lock};
pub use provenance::Provenance;
pub use statistic::Statistic;
pub use table::{Dimension, Quantity, Table, group_name, identity};
pub use target::Target;
