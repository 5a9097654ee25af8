//! How fast this machine is beside the one that the predictions were fitted on.
//!
//! Solvers predict their seconds for a reference machine; one factor for each, measured once, turns
//! them into those of this machine. Indicators predict nothing: each is measured at two sizes, and
//! a power law goes through both.

mod cache;
mod measure;
mod speed;

pub use cache::of_this_machine;
pub use speed::{Calibration, PowerLaw};
