//! Networks that learn the indicators from the random field.

/// The kinds of network that a deck may name.
pub const KINDS: &[&str] = &["gru"];
