//! Output for people: messages, progress, plans, files, results.
//!
//! Rank 0 prints everything. The other ranks print only warnings and errors, with their number.

mod advice;
mod console;
mod forecast;
mod format;
mod info;
mod opened;
mod plan;
mod progress;
mod results;
mod scaling;
mod terminal;
mod training;

pub use console::{print, start, warn_about_threads};
pub use format::{duration, table};
pub use info::{Info, info};
pub use opened::Opened;
pub use plan::plan;
pub use progress::Progress;
pub use results::scores;
pub use scaling::scaling;
pub use training::TrainingProgress;
