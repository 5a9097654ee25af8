//! Networks that learn the indicators from the random field.
//!
//! The folders follow the path of the data: samples, network, training, ensemble, evaluation, study.
//!
//! A kind of network is an `Extractor` in a file of `network/extractors` and an entry in [`KINDS`]. No
//! other file knows a kind by name. The passes are our own and are compiled for the processor's
//! registers, because with a hundred parameters the cost of calls to a library would dominate. Tests
//! compare them with libtorch.

mod ensemble;
mod evaluation;
mod network;
mod samples;
mod study;
#[cfg(test)]
mod tests;
mod training;

pub use ensemble::{Description, Ensemble, holds_network};
pub use evaluation::{
    Features, Inspected, Score, StrengthScore, check_conditions, evaluate, extrapolated, features,
    inspect, predict, scores_entry, write_evaluation,
};
pub use network::{
    Architecture, Backend, BackendChoice, KINDS, Kind, Network, NoBackend, TargetMap, TensorSpec,
    bounds,
};
pub use samples::{Condition, Missing, Selection, is_used, missing, training_data_identity};
pub use study::{
    Finding, Forecast, Outcome, StudyPlan, TrainingForecast, plan, train, write_study,
};
pub use training::{Checkpoints, Epoch, Observer, State, Validation};
