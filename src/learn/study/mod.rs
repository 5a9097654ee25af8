//! What is trained: once, or several times to learn something about the networks themselves.

mod conditioned;
mod data_size;
mod output;
mod session;
mod transfer;
mod work;

use serde::Serialize;

pub use output::write_study;

use super::ensemble::Ensemble;
use super::evaluation::Score;
use super::training::Observer;
use crate::comm::Communicator;
use crate::deck::{Learn, Study};
use crate::error::Result;
use crate::store::Table;
use session::Session;

/// What the stage came to.
pub struct Outcome {
    /// The networks to keep.
    pub ensemble: Ensemble,
    /// What a study found beside them.
    pub findings: Vec<Finding>,
}

/// The scores of networks that a study compares.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// How they were trained.
    pub training: String,
    /// Realizations of each size and disorder strength that they were trained on, if not all.
    pub realizations: Option<u32>,
    /// Mean squared error on what they were trained on, by chain length; none unless the study asks.
    pub training_mse: Vec<(usize, f64)>,
    /// How well they do on the test data, for each length, energy density and target.
    pub scores: Vec<Score>,
}

/// Trains what `learn` describes on the training tables among `data`, and compares on the test
/// tables what a study compares. Collective: every rank gives the same arguments and gets the same
/// outcome, bit for bit, for any number of ranks.
///
/// # Errors
/// When data are missing, and, on all ranks alike, when a loss is not finite; what `observer` fails
/// with.
pub fn train(
    comm: &dyn Communicator,
    learn: &Learn,
    energy_density: f64,
    data: &[Table],
    observer: &mut dyn Observer,
) -> Result<Outcome> {
    let mut session = Session {
        comm,
        learn,
        energy_density,
        data,
        observer,
    };
    let expected = work::expected(&session)?;
    session.observer.expect(expected);
    let (ensemble, findings) = match &learn.study {
        Study::Multitask => (session.multitask("train", &learn.targets)?, Vec::new()),
        Study::Conditioned {
            epochs,
            learning_rate,
            heads,
        } => conditioned::train(&mut session, (*epochs, *learning_rate), *heads)?,
        Study::EndToEnd => (conditioned::end_to_end(&mut session)?, Vec::new()),
        Study::Transfer {
            epochs,
            learning_rate,
        } => transfer::train(&mut session, (*epochs, *learning_rate))?,
        Study::DataSize { realizations } => data_size::train(&mut session, realizations)?,
    };
    Ok(Outcome { ensemble, findings })
}

#[cfg(test)]
mod tests;
