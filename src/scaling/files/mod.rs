//! scaling.json and scaling.h5.

mod hdf5;
mod json;

pub use hdf5::write_arrays;
pub use json::write;
