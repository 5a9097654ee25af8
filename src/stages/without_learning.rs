//! The learning stages of a program that was built without libtorch.

use crate::comm::Communicator;
use crate::error::{Error, Result};
use crate::learn::Score;
use crate::plan::Plan;

/// Refuses to train.
///
/// # Errors
/// Always.
pub fn train(_: &Plan, _: &dyn Communicator) -> Result<Vec<Score>> {
    Err(without_libtorch())
}

/// Refuses to predict.
///
/// # Errors
/// Always.
pub fn predict(_: &Plan, _: &dyn Communicator) -> Result<()> {
    Err(without_libtorch())
}

fn without_libtorch() -> Error {
    Error::Everywhere(
        "this program was built without libtorch, so it cannot train or predict; \
         build it with the feature \"learn\""
            .to_owned(),
    )
}
