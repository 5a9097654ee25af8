//! What is trained: once, or several times to learn something about the networks themselves.
//!
//! Each kind of study is a file that plans its trainings; the trainings then run in that order.

mod conditioned;
mod data_size;
mod finding;
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
pub use output::write_study;
pub use run::{Outcome, train};
