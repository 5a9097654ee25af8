//! Training: shuffled batches, one gradient a step.

mod checkpoint;
mod fit;
pub mod gradient;
mod hyperparameters;
mod observer;
mod optimizer;
mod state;
mod work;

pub use checkpoint::Checkpoints;
pub use fit::{Training, fit};
pub use gradient::gradient;
pub use hyperparameters::Hyperparameters;
pub use observer::{Epoch, Observer, Validation};
pub use state::State;
pub use work::work;
