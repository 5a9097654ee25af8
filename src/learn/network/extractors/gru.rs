//! The gated recurrent unit of arXiv:2202.08853 (figures 2 and 7, appendix A), in PyTorch's form.
//!
//! r = σ(i_r + h_r), z = σ(i_z + h_z), n = tanh(i_n + r h_n), state ← (1 − z) n + z state.

use super::cell::{Cell, Step, StepGradients};
use crate::lanes::Lanes;

/// The gates are r, z and n. Saved are r, z, n and h_n.
pub struct Gru;

impl Cell for Gru {
    const GATES: usize = 3;
    const STATES: usize = 1;
    const SAVED: usize = 4;

    #[inline(always)]
    fn forward(
        features: usize,
        input: &[Lanes],
        recurrent: &[Lanes],
        before: &[Lanes],
        after: &mut [Lanes],
        saved: &mut [Lanes],
    ) {
        for k in 0..features {
            let (z, n) = (features + k, 2 * features + k);
            let reset = (input[k] + recurrent[k]).sigmoid();
            let update = (input[z] + recurrent[z]).sigmoid();
            let candidate = reset.times_plus(recurrent[n], input[n]).tanh();
            after[k] = update.times_plus(before[k] - candidate, candidate);
            saved[k] = reset;
            saved[z] = update;
            saved[n] = candidate;
            saved[3 * features + k] = recurrent[n];
        }
    }

    #[inline(always)]
    fn backward(features: usize, step: Step, after_gradients: &[Lanes], gradients: StepGradients) {
        let one = Lanes::all(1.0);
        for (k, &gradient) in after_gradients.iter().enumerate() {
            let (z, n) = (features + k, 2 * features + k);
            let [reset, update, candidate] = [k, z, n].map(|index| step.saved[index]);
            let into_candidate = gradient * (one - update) * (one - candidate * candidate);
            let into_update = gradient * (step.before[k] - candidate) * update * (one - update);
            let into_reset = into_candidate * step.saved[3 * features + k] * reset * (one - reset);
            gradients.input[k] = into_reset;
            gradients.input[z] = into_update;
            gradients.input[n] = into_candidate;
            gradients.recurrent[k] = into_reset;
            gradients.recurrent[z] = into_update;
            gradients.recurrent[n] = into_candidate * reset;
            gradients.before[k] = gradient * update;
        }
    }
}
