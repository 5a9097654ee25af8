//! What those who follow a training see of it.

use serde::Serialize;

use super::state::State;
use crate::error::Result;

/// What one pass over the training data came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Epoch {
    /// Which training.
    pub training: String,
    /// Its number, from 1.
    pub epoch: usize,
    /// How many there are.
    pub epochs: usize,
    /// The loss during the pass, mean over the members.
    pub loss: f64,
    /// The same of each member.
    pub members: Vec<f64>,
    /// The loss on the samples that were held out, by chain length.
    pub validation: Vec<Validation>,
    /// Members that still learn.
    pub active: usize,
    /// Step size at the end of the pass.
    pub learning_rate: f64,
    /// Wall time.
    pub seconds: f64,
    /// Samples of the pass, by wall time; every member sees each.
    pub samples_per_second: f64,
    /// What an epoch of this training amounts to: samples × sites × parameters × members.
    #[serde(skip)]
    pub work: f64,
}

/// The loss on the samples of one chain length that were held out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Validation {
    /// Chain length L.
    pub sites: usize,
    /// Mean over the members.
    pub loss: f64,
    /// Of each member.
    pub members: Vec<f64>,
}

/// Somebody who follows trainings, on every rank, and may keep them from starting over.
pub trait Observer {
    /// What all trainings to come amount to at most, in the units of [`Epoch::work`].
    fn expect(&mut self, _work: f64) {}

    /// An epoch is over; its state is not yet kept.
    fn epoch(&mut self, epoch: &Epoch);

    /// What is kept of the training of this name that `identity` belongs to; the same on every rank.
    ///
    /// # Errors
    /// When it cannot be read.
    fn resume(&mut self, _name: &str, _identity: u64) -> Result<Option<State>> {
        Ok(None)
    }

    /// Whether to stop after an epoch that took so many seconds: asked on every rank, with one
    /// answer.
    fn stops(&mut self, _seconds: f64) -> bool {
        false
    }

    /// Called with the state after each epoch, of which it may be the last.
    fn keep(&mut self, _identity: u64, _state: &State, _last: bool) {}
}

impl<F: FnMut(&Epoch)> Observer for F {
    fn epoch(&mut self, epoch: &Epoch) {
        self(epoch);
    }
}
