//! Trained networks: what they are, their files, their predictions.

mod description;
mod files;
mod networks;
mod start;
mod tensors;

pub use description::Description;
pub use files::{holds_network, parse};
pub use networks::Ensemble;
pub use start::read_start;
pub use tensors::member_path;
