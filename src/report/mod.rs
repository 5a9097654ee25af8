//! Output for people: messages, progress, plans, files, results.
//!
//! Rank 0 prints everything. The other ranks print only warnings and errors, with their number.

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
pub use console::{print, start, warn_about_threads};
pub use contents::contents;
pub use format::{duration, table};
pub use model::model;
pub use plan::plan;
pub use progress::Progress;
pub use results::scores;
pub use scaling::scaling;
pub use training::TrainingProgress;
