//! HDF5 files: the only folder that knows the format.

mod arrays;
mod attributes;
mod failures;
mod file;
mod group;
pub mod recorded;
mod scales;

pub use arrays::{Array, Attribute, Section, Values, write_arrays};
pub use file::{Contents, FORMAT_VERSION, FileType, read, read_any, write};
pub use recorded::{Recorded, recorded};
