//! Fits as they are reported: errors of the data, refits, intervals and warnings.

mod bootstrap;
mod compare;
pub mod errors;
mod input;
mod record;
mod refits;
mod results;
mod source;
mod warnings;
mod workers;

pub use compare::{Candidate, Comparison, comparisons};
#[cfg(test)]
pub use input::FitInput;
pub use record::{Collapsed, Fit, Parameter};
pub use refits::Refits;
pub use results::Results;
pub use source::{SourceFits, gather};
pub use workers::Workers;
