//! What people are shown of the results of scaling, after a run and from its files.

mod arrays;
mod json;
mod record;

pub use arrays::read_arrays_summary;
pub use json::read_summary;
pub use record::{ComparisonSummary, FitSummary, Summary};
