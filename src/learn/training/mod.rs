//! Training: shuffled batches, and one optimizer step for each.

mod checkpoint;
mod fit;
mod gradient;
mod hyperparameters;
mod observer;
mod optimizer;
mod ordered_sum;
mod state;
mod work;

pub use checkpoint::Checkpoints;
pub use fit::{Training, fit};
pub use hyperparameters::Hyperparameters;
pub use observer::{Epoch, Observer, Validation};
#[cfg(all(test, feature = "torch"))]
pub use optimizer::Optimizer;
pub use optimizer::StepRule;
pub use ordered_sum::numbers_held;
pub use state::State;
pub use work::work;
