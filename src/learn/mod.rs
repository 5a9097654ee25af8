//! Networks that learn the indicators from the random field.
//!
//! A kind of network is an `Extractor` in a file of `models` and an entry
//! in [`KINDS`]; nothing else here knows any of them by name. Passes are our own, fused and
//! compiled for the processor's registers (`kernel`, `network`): at a hundred parameters a library's
//! cost for each operation would be all that counts. libtorch is what the tests hold them against.

mod checkpoint;
mod ensemble;
mod evaluate;
mod extractor;
mod features;
mod files;
mod gradient;
mod head;
mod kernel;
mod kinds;
mod link;
mod loss;
mod models;
mod network;
mod optimizer;
mod output;
mod parameters;
mod predict;
mod samples;
mod score;
mod start;
mod state;
mod study;
mod symmetry;
mod trainer;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod together;

pub use checkpoint::Checkpoints;
pub use ensemble::{Description, Ensemble};
pub use evaluate::evaluate;
pub use features::{Features, features};
pub use files::{Inspected, holds_network, inspect, scores_entry};
pub use kinds::{KINDS, Kind};
pub use link::{Map, bounds};
pub use loss::LossKind;
pub use network::Network;
pub use optimizer::OptimizerKind;
pub use output::{write_evaluation, write_study};
pub use parameters::Shape;
pub use predict::predict;
pub use score::{Score, StrengthScore};
pub use state::State;
pub use study::{Finding, Outcome, train};
pub use trainer::{Epoch, Observer, Validation};
