//! What the Lanczos methods of all iterative solvers share.

mod band;
mod inverse_iteration;
pub mod orthonormal;
mod projected;
mod ritz;
mod tridiagonal;

pub use band::Band;
pub use inverse_iteration::InverseIteration;
pub use orthonormal::{LOST_BELOW, REPEATED_ABOVE};
pub use projected::Projected;
pub use ritz::RitzPairs;
