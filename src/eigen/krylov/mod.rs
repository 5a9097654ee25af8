//! What both block Lanczos methods share.

pub mod orthonormal;
mod projected;

pub use orthonormal::{LOST_BELOW, REPEATED_ABOVE};
pub use projected::Projected;
