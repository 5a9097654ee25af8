//! What trained networks are asked: scores, features, predictions.

pub mod evaluate;
pub mod features;
pub mod inspect;
mod output;
pub mod predict;
mod score;

pub use evaluate::{evaluate, evaluate_at};
pub use features::{Features, features};
pub use inspect::{Inspected, inspect, scores_entry};
pub use output::write_evaluation;
pub use predict::predict;
pub use score::{Score, StrengthScore};
