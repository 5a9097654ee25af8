//! Fields that users give, in a file of HDF5 or of text.

mod check;
mod lines;
mod source;

pub use check::another_field;
pub use source::{fields_identity, given_fields};
