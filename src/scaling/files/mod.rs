//! scaling.json and scaling.h5.

mod hdf5;
mod json;
mod summary;

pub use hdf5::write_arrays;
pub use json::write;
pub use summary::{ComparisonSummary, FitSummary, Summary, read_arrays_summary, read_summary};
