//! What the block Lanczos methods of both iterative solvers share.

mod band;
mod inverse_iteration;
pub mod orthonormal;
mod projected;
mod ritz;
mod tridiagonal;

pub use orthonormal::{LOST_BELOW, REPEATED_ABOVE};
pub use projected::Projected;
pub use ritz::RitzPairs;
