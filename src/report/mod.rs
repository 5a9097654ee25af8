//! What people see: messages, progress, plans, files, results.
//!
//! Rank 0 speaks; the other ranks only warn, and say which rank they are.

mod campaign;
mod console;
mod contents;
mod format;
mod model;
mod plan;
mod progress;
mod results;
mod scaling;
mod terminal;
mod training;

pub use campaign::campaign;
pub use console::{say, start, warn_about_threads};
pub use contents::contents;
pub use format::{duration, table};
pub use model::model;
pub use plan::plan;
pub use progress::Progress;
pub use results::scores;
pub use scaling::scaling;
pub use training::TrainingProgress;
