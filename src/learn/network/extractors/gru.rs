//! The gated recurrent unit of arXiv:2202.08853 (figures 2 and 7, appendix A), as PyTorch writes it:
//! r = σ(i_r + h_r), z = σ(i_z + h_z), n = tanh(i_n + r h_n), state ← (1 − z) n + z state.

use super::cell::{Cell, Slopes, Step};
use crate::lanes::Lanes;

/// Gates r, z, n; kept: r, z, n and h_n.
pub struct Gru;

impl Cell for Gru {
    const GATES: usize = 3;
    const STATES: usize = 1;
    const KEPT: usize = 4;

    #[inline(always)]
    fn step(
        features: usize,
        input: &[Lanes],
        recurrent: &[Lanes],
        before: &[Lanes],
        after: &mut [Lanes],
        kept: &mut [Lanes],
    ) {
        for k in 0..features {
            let (z, n) = (features + k, 2 * features + k);
            let reset = (input[k] + recurrent[k]).sigmoid();
            let update = (input[z] + recurrent[z]).sigmoid();
            let candidate = reset.times_plus(recurrent[n], input[n]).tanh();
            after[k] = update.times_plus(before[k] - candidate, candidate);
            kept[k] = reset;
            kept[z] = update;
            kept[n] = candidate;
            kept[3 * features + k] = recurrent[n];
        }
    }

    #[inline(always)]
    fn back(features: usize, step: Step, slopes: &[Lanes], found: Slopes) {
        let one = Lanes::all(1.0);
        for (k, &slope) in slopes.iter().enumerate() {
            let (z, n) = (features + k, 2 * features + k);
            let [reset, update, candidate] = [k, z, n].map(|place| step.kept[place]);
            let into_candidate = slope * (one - update) * (one - candidate * candidate);
            let into_update = slope * (step.before[k] - candidate) * update * (one - update);
            let into_reset = into_candidate * step.kept[3 * features + k] * reset * (one - reset);
            found.input[k] = into_reset;
            found.input[z] = into_update;
            found.input[n] = into_candidate;
            found.recurrent[k] = into_reset;
            found.recurrent[z] = into_update;
            found.recurrent[n] = into_candidate * reset;
            found.before[k] = slope * update;
        }
    }
}
