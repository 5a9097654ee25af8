//! The plain recurrent unit (Elman): state ← tanh(W_ih x + b_ih + W_hh state + b_hh).

use super::cell::{Cell, Step, StepGradients};
use crate::lanes::Lanes;

/// One gate. Only the states are saved.
pub struct Rnn;

impl Cell for Rnn {
    const GATES: usize = 1;
    const STATES: usize = 1;
    const SAVED: usize = 0;

    #[inline(always)]
    fn forward(
        features: usize,
        input: &[Lanes],
        recurrent: &[Lanes],
        _before: &[Lanes],
        after: &mut [Lanes],
        _saved: &mut [Lanes],
    ) {
        for k in 0..features {
            after[k] = (input[k] + recurrent[k]).tanh();
        }
    }

    #[inline(always)]
    fn backward(_features: usize, step: Step, after_gradients: &[Lanes], gradients: StepGradients) {
        for (k, &gradient) in after_gradients.iter().enumerate() {
            let gradient = gradient * (Lanes::all(1.0) - step.after[k] * step.after[k]);
            gradients.input[k] = gradient;
            gradients.recurrent[k] = gradient;
            gradients.before[k] = Lanes::ZERO;
        }
    }
}
