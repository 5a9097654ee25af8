//! The plain recurrent unit (Elman): state ← tanh(W_ih x + b_ih + W_hh state + b_hh).

use super::cell::{Cell, Slopes, Step};
use crate::lanes::Lanes;

/// One gate; nothing is kept but the states.
pub struct Rnn;

impl Cell for Rnn {
    const GATES: usize = 1;
    const STATES: usize = 1;
    const KEPT: usize = 0;

    #[inline(always)]
    fn step(
        features: usize,
        input: &[Lanes],
        recurrent: &[Lanes],
        _before: &[Lanes],
        after: &mut [Lanes],
        _kept: &mut [Lanes],
    ) {
        for k in 0..features {
            after[k] = (input[k] + recurrent[k]).tanh();
        }
    }

    #[inline(always)]
    fn back(_features: usize, step: Step, slopes: &[Lanes], found: Slopes) {
        for (k, &slope) in slopes.iter().enumerate() {
            let slope = slope * (Lanes::all(1.0) - step.after[k] * step.after[k]);
            found.input[k] = slope;
            found.recurrent[k] = slope;
            found.before[k] = Lanes::ZERO;
        }
    }
}
