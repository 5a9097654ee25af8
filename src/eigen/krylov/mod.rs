//! What the block Lanczos methods of both iterative solvers share.

pub mod orthonormal;
mod projected;
mod ritz;

pub use orthonormal::{LOST_BELOW, REPEATED_ABOVE};
pub use projected::Projected;
pub use ritz::RitzPairs;
