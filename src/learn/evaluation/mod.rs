//! What is computed with trained networks: scores, features, predictions.

mod evaluate;
mod features;
mod inspect;
mod output;
mod predict;
mod score;

pub use evaluate::{evaluate, evaluate_at};
pub use features::{Features, features};
pub use inspect::{Inspected, inspect, scores_entry};
pub use output::write_evaluation;
pub use predict::{check_conditions, extrapolated, predict};
pub use score::{Score, StrengthScore};
