//! Networks that learn the indicators from the random field.
//!
//! A kind of network is an `Extractor` in a file of `models` and an entry
//! in [`KINDS`]; nothing else here knows any of them by name. Passes are our own, fused and
//! compiled for the processor's registers (`kernel`, `network`): at a hundred parameters a library's
//! cost for each operation would be all that counts. libtorch is what the tests hold them against.

mod ensemble;
pub mod evaluation;
mod network;
mod samples;
mod study;
#[cfg(test)]
mod tests;
mod training;

pub use ensemble::{Description, Ensemble, holds_network};
pub use evaluation::{
    Features, Inspected, Score, StrengthScore, evaluate, features, inspect, predict, scores_entry,
    write_evaluation,
};
pub use network::{Architecture, KINDS, Kind, Network, TargetMap, TensorSpec, bounds};
pub use study::{Finding, Outcome, train, write_study};
pub use training::{Checkpoints, Epoch, Observer, State, Validation};
