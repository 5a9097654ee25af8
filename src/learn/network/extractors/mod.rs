//! The kinds of extractor: what reads a field and computes features for the head.
//!
//! Each kind is an [`Extractor`](super::extractor::Extractor) in a file of its own. Recurrent ones sweep
//! a [`Cell`](cell::Cell) along the chain.

mod cell;
mod cnn;
mod gru;
mod last_state;
mod lstm;
mod precomputed;
mod ring;
mod rnn;
mod sweep;

pub use cnn::Cnn;
pub use gru::Gru;
pub use last_state::LastState;
pub use lstm::Lstm;
pub use precomputed::PrecomputedFeatures;
pub use ring::Ring;
pub use rnn::Rnn;
