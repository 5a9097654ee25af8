//! What a deck comes to: sizes, tasks, solvers, memory, time, paths.

mod task;

pub use task::{Split, Task};
