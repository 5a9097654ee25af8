//! HDF5 files: the only folder that knows the format.

mod added;
mod arrays;
mod attributes;
mod axes;
mod checked;
mod coordinate;
mod extent;
mod failures;
mod fields;
mod file;
mod grid;
mod group;
mod heap;
mod layout;
mod open;
mod read;
mod reason;
mod recorded;
mod scales;
mod sections;
mod source;
#[cfg(test)]
mod tests;
mod texts;
mod values;
mod write;

pub use added::added_attributes;
pub use arrays::{Array, Attribute, Section, Values, write_arrays};
pub use fields::{FieldsOfGroup, read_fields};
pub use file::{Contents, FORMAT_VERSION, FileType};
pub use read::{read, read_any};
pub use recorded::{Recorded, recorded};
pub use sections::{Parts, StoredSection, hdf5_file_type, read_parts};
pub use write::write;
