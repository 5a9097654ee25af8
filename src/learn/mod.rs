//! Networks that learn the indicators from the random field. The only folder that knows libtorch.
//!
//! A kind of network is one file that implements [`Network`] and one line in `kinds`; nothing else
//! here knows any of them by name. The members of an ensemble are trained together, as one network
//! with a leading member dimension: at a hundred parameters, libtorch's cost for each operation is
//! all that counts. Without the feature `learn` only what needs no libtorch is left.

mod kinds;
mod score;

#[cfg(feature = "learn")]
mod adam;
#[cfg(feature = "learn")]
mod ensemble;
#[cfg(feature = "learn")]
mod evaluate;
#[cfg(feature = "learn")]
mod files;
#[cfg(feature = "learn")]
mod gradient;
#[cfg(feature = "learn")]
mod gru;
#[cfg(feature = "learn")]
mod head;
#[cfg(feature = "learn")]
mod network;
#[cfg(feature = "learn")]
mod output;
#[cfg(feature = "learn")]
mod parameters;
#[cfg(feature = "learn")]
mod predict;
#[cfg(feature = "learn")]
mod samples;
#[cfg(feature = "learn")]
mod trainer;

#[cfg(all(test, feature = "learn"))]
mod fixture;
#[cfg(all(test, feature = "learn"))]
mod together;

pub use kinds::KINDS;
pub use score::{Score, StrengthScore};

#[cfg(feature = "learn")]
pub use ensemble::{Description, Ensemble};
#[cfg(feature = "learn")]
pub use evaluate::evaluate;
#[cfg(feature = "learn")]
pub use network::Network;
#[cfg(feature = "learn")]
pub use output::write_evaluation;
#[cfg(feature = "learn")]
pub use parameters::Shape;
#[cfg(feature = "learn")]
pub use predict::predict;
#[cfg(feature = "learn")]
pub use trainer::{Epoch, train};
