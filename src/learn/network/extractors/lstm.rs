//! Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gate), as PyTorch writes it:
//! i, f, o = σ(…), g = tanh(…), c ← f c + i g, state ← o tanh c.

use super::cell::{Cell, Slopes, Step};
use crate::lanes::Lanes;

/// Gates i, f, g, o; states: output and c; kept: the gates and tanh c.
pub struct Lstm;

impl Cell for Lstm {
    const GATES: usize = 4;
    const STATES: usize = 2;
    const KEPT: usize = 5;

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
            let gate = |number: usize| {
                let place = number * features + k;
                input[place] + recurrent[place]
            };
            let (admit, forget) = (gate(0).sigmoid(), gate(1).sigmoid());
            let (candidate, show) = (gate(2).tanh(), gate(3).sigmoid());
            let memory = forget.times_plus(before[features + k], admit * candidate);
            let shown = memory.tanh();
            after[k] = show * shown;
            after[features + k] = memory;
            for (number, value) in [admit, forget, candidate, show, shown]
                .into_iter()
                .enumerate()
            {
                kept[number * features + k] = value;
            }
        }
    }

    #[inline(always)]
    fn back(features: usize, step: Step, slopes: &[Lanes], found: Slopes) {
        let one = Lanes::all(1.0);
        for k in 0..features {
            let kept = |number: usize| step.kept[number * features + k];
            let [admit, forget, candidate, show, shown] = [0, 1, 2, 3, 4].map(kept);
            let slope = slopes[k];
            let memory = (slope * show).times_plus(one - shown * shown, slopes[features + k]);
            let gates = [
                memory * candidate * admit * (one - admit),
                memory * step.before[features + k] * forget * (one - forget),
                memory * admit * (one - candidate * candidate),
                slope * shown * show * (one - show),
            ];
            for (number, gate) in gates.into_iter().enumerate() {
                found.input[number * features + k] = gate;
                found.recurrent[number * features + k] = gate;
            }
            found.before[k] = Lanes::ZERO;
            found.before[features + k] = memory * forget;
        }
    }
}
