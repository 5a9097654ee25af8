//! Whether this program can run a deck, and what the deck's names stand for.
//!
//! TOML's types leave open which values are possible and which tables need each other. This room
//! asks the others for the names that they register, so it stands above them all.

mod complaints;
mod disorder;
mod generation;
mod given;
mod learn;
mod load;
mod network;
mod predict;
mod quench;
mod scaling;
mod targets;

pub use load::{Checked, load, parse, parse_with};
