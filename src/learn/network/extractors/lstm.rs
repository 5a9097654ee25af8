//! Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gate), in PyTorch's form.
//!
//! i, f, o = σ(…), g = tanh(…), c ← f c + i g, state ← o tanh c.

use super::cell::{Cell, Step, StepGradients};
use crate::lanes::Lanes;

/// The gates are i, f, g and o. The state is the output and c. Saved are the gates and tanh c.
pub struct Lstm;

impl Cell for Lstm {
    const GATES: usize = 4;
    const STATES: usize = 2;
    const SAVED: usize = 5;

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
            let gate = |number: usize| {
                let index = number * features + k;
                input[index] + recurrent[index]
            };
            let (input_gate, forget_gate) = (gate(0).sigmoid(), gate(1).sigmoid());
            let (cell_gate, output_gate) = (gate(2).tanh(), gate(3).sigmoid());
            let cell = forget_gate.times_plus(before[features + k], input_gate * cell_gate);
            let tanh_cell = cell.tanh();
            after[k] = output_gate * tanh_cell;
            after[features + k] = cell;
            for (number, value) in [input_gate, forget_gate, cell_gate, output_gate, tanh_cell]
                .into_iter()
                .enumerate()
            {
                saved[number * features + k] = value;
            }
        }
    }

    #[inline(always)]
    fn backward(features: usize, step: Step, after_gradients: &[Lanes], gradients: StepGradients) {
        let one = Lanes::all(1.0);
        for k in 0..features {
            let saved = |number: usize| step.saved[number * features + k];
            let [input_gate, forget_gate, cell_gate, output_gate, tanh_cell] =
                [0, 1, 2, 3, 4].map(saved);
            let gradient = after_gradients[k];
            let cell = (gradient * output_gate)
                .times_plus(one - tanh_cell * tanh_cell, after_gradients[features + k]);
            let gates = [
                cell * cell_gate * input_gate * (one - input_gate),
                cell * step.before[features + k] * forget_gate * (one - forget_gate),
                cell * input_gate * (one - cell_gate * cell_gate),
                gradient * tanh_cell * output_gate * (one - output_gate),
            ];
            for (number, gate) in gates.into_iter().enumerate() {
                gradients.input[number * features + k] = gate;
                gradients.recurrent[number * features + k] = gate;
            }
            gradients.before[k] = Lanes::ZERO;
            gradients.before[features + k] = cell * forget_gate;
        }
    }
}
