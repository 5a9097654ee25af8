//! Generating data: which rank solves what, and where the results are stored.
//!
//! All ranks know the same list of work, the most expensive first, and claim chunks of it through
//! shared counters. A free rank takes the next chunk; no rank is reserved for handing out work. Each
//! rank writes its results to a journal of its own. Rank 0 merges the journals into data.h5 at the
//! end. Before a run it merges those that an interrupted run has left.

mod description;
mod gather;
mod generate;
mod knowledge;
mod missing;
mod quenches;
mod segment;
mod solve;
mod watch;
mod windows;
mod work;

pub use description::Campaign;
pub use gather::accepts_data;
pub use generate::{generate, generate_by};
pub use knowledge::knowledge;
pub use work::{Failed, Work, Worker};
