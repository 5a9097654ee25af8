//! Studies: one training, or several whose networks are compared.
//!
//! Each kind of study is a file that plans its trainings. They then run one after the other.

mod conditioned;
mod data_size;
mod finding;
mod forecast;
mod measure;
mod multitask;
mod output;
mod plan;
mod planner;
mod run;
#[cfg(test)]
mod tests;
mod trainings;
mod transfer;

pub use finding::Finding;
pub use forecast::{Forecast, TrainingForecast};
pub use output::write_study;
pub use plan::StudyPlan;
pub use run::{Outcome, plan, train};
