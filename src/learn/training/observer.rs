//! What those who follow a training see of it.

use serde::Serialize;

use super::state::State;
use crate::error::Result;
use crate::identity::Identity;

/// The results of one epoch, a pass over the training data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Epoch {
    /// The name of the training.
    pub training: String,
    /// The number of the epoch, from 1.
    pub epoch: usize,
    /// The number of epochs of the training.
    pub epochs: usize,
    /// The loss during the epoch, mean over the members.
    pub loss: f64,
    /// The same for each member.
    pub members: Vec<f64>,
    /// The loss of the held-out samples, by chain length.
    pub validation: Vec<Validation>,
    /// The number of members that still learn.
    pub active: usize,
    /// The step size at the end of the epoch.
    pub learning_rate: f64,
    /// Wall time.
    pub seconds: f64,
    /// Seconds of it in which rank 0 added gradients up over the ranks, or waited for others to do so.
    pub seconds_in_sums: f64,
    /// Samples of the epoch by wall time. Every member learns from each sample.
    pub samples_per_second: f64,
    /// The work of an epoch of this training: samples × sites × parameters × members.
    #[serde(skip)]
    pub work: f64,
}

/// The loss of the held-out samples of one chain length.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Validation {
    /// Chain length L.
    pub sites: usize,
    /// Mean over the members.
    pub loss: f64,
    /// The loss of each member.
    pub members: Vec<f64>,
}

/// Follows trainings on every rank, and may save their states so that they can be resumed.
pub trait Observer {
    /// Called once with the work of all trainings, in the units of [`Epoch::work`]. Early stopping
    /// makes it less.
    fn expect(&mut self, _work: f64) {}

    /// Called at the end of an epoch, before [`keep`](Self::keep).
    fn epoch(&mut self, epoch: &Epoch);

    /// The saved state of the training of this name and identity, the same on every rank.
    ///
    /// # Errors
    /// When it cannot be read.
    fn resume(&mut self, _name: &str, _identity: Identity) -> Result<Option<State>> {
        Ok(None)
    }

    /// Whether to stop after an epoch that took so many seconds. Called on every rank, with the same
    /// answer on all.
    fn stops(&mut self, _seconds: f64) -> bool {
        false
    }

    /// Called with the state after each epoch. `last` says whether the training ends with it.
    fn keep(&mut self, _identity: Identity, _state: &State, _last: bool) {}
}

impl<F: FnMut(&Epoch)> Observer for F {
    fn epoch(&mut self, epoch: &Epoch) {
        self(epoch);
    }
}
