//! The state of a training, which is all that the next epoch depends on.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::gradient::Gradient;
use super::optimizer::{Optimizer, StepRule};

/// The state of a training between two epochs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The number of finished epochs.
    pub epoch: usize,
    /// The parameters (member, parameter).
    pub parameters: Array2<f64>,
    /// The optimizer of each member.
    pub optimizers: Vec<Optimizer>,
    /// Each member at its least validation loss.
    pub best: Vec<Best>,
}

/// A member at its least validation loss.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// The number of epochs before it.
    pub epoch: usize,
    /// The validation loss.
    pub loss: f64,
    /// The parameters; empty before the first epoch.
    pub parameters: Vec<f64>,
}

impl State {
    /// The state before the first epoch.
    pub fn new(parameters: Array2<f64>, rule: StepRule, weight_decay: f64) -> Self {
        let (members, width) = parameters.dim();
        let nothing = Best {
            epoch: 0,
            loss: f64::INFINITY,
            parameters: Vec::new(),
        };
        Self {
            epoch: 0,
            optimizers: vec![Optimizer::new(rule, weight_decay, width); members],
            best: vec![nothing; members],
            parameters,
        }
    }

    /// Which members still learn. Without `patience` all do, otherwise those with a least validation
    /// loss within the last `patience` epochs.
    pub fn active(&self, patience: Option<usize>) -> Vec<bool> {
        let learns = |best: &Best| patience.is_none_or(|most| self.epoch - best.epoch < most);
        self.best.iter().map(learns).collect()
    }

    /// One step of every active member against its gradient.
    pub fn step(&mut self, learning_rate: f64, gradient: &Gradient, active: &[bool]) {
        let width = self.parameters.ncols();
        let gradients = gradient.values.chunks_exact(width);
        let rows = self.parameters.rows_mut().into_iter();
        for (member, (mut row, gradient)) in rows.zip(gradients).enumerate() {
            if active[member] {
                let row = row.as_slice_mut().expect("parameters are in order");
                self.optimizers[member].step(learning_rate, row, gradient);
            }
        }
    }

    /// Records the validation loss of each member after an epoch.
    pub fn record_validation(&mut self, losses: &[f64], active: &[bool]) {
        for (member, best) in self.best.iter_mut().enumerate() {
            if active[member] && losses[member] < best.loss {
                *best = Best {
                    epoch: self.epoch,
                    loss: losses[member],
                    parameters: self.parameters.row(member).to_vec(),
                };
            }
        }
    }

    /// The result of the training: the parameters at the least validation loss if one was recorded,
    /// else the last ones.
    pub fn final_parameters(&self) -> Array2<f64> {
        let mut parameters = self.parameters.clone();
        for (mut row, best) in parameters.rows_mut().into_iter().zip(&self.best) {
            if !best.parameters.is_empty() {
                row.assign(&ndarray::aview1(&best.parameters));
            }
        }
        parameters
    }
}
