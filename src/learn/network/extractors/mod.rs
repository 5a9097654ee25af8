//! The kinds of network: what reads a chain and hands features to the head.
//!
//! Each kind is an [`Extractor`](super::extractor::Extractor) in a file of its own; recurrent ones
//! are a [`Cell`](cell::Cell) swept along the chain.

pub mod cell;
pub mod cnn;
pub mod given;
pub mod gru;
pub mod last_state;
pub mod lstm;
pub mod ring;
pub mod rnn;
pub mod sweep;

#[cfg(test)]
mod oracle;

pub use cnn::Cnn;
pub use given::Given;
pub use gru::Gru;
pub use last_state::LastState;
pub use lstm::Lstm;
pub use ring::Ring;
pub use rnn::Rnn;
