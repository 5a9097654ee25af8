//! One step of a recurrent network.

use crate::lanes::Lanes;

/// The arithmetic of a recurrent unit between its two affine maps, feature by feature.
///
/// All slices are lanes in blocks of `features`. The gates are in PyTorch's order. The first block of a
/// state is the output, which the gates of the next step read.
pub trait Cell: Send + Sync {
    /// The number of gates, each with its rows in both weights.
    const GATES: usize;

    /// The number of blocks of the state.
    const STATES: usize;

    /// The number of blocks of a step that the backward pass needs.
    const SAVED: usize;

    /// Computes the state after a step. The gates' share of the input is W_ih x + b_ih, that of the
    /// previous output W_hh h + b_hh.
    fn forward(
        features: usize,
        input: &[Lanes],
        recurrent: &[Lanes],
        before: &[Lanes],
        after: &mut [Lanes],
        saved: &mut [Lanes],
    );

    /// From the gradients with respect to the state after the step to those with respect to what the
    /// step read.
    fn backward(features: usize, step: Step, after_gradients: &[Lanes], gradients: StepGradients);
}

/// The results of a forward step.
pub struct Step<'m> {
    /// The state before.
    pub before: &'m [Lanes],
    /// The state after.
    pub after: &'m [Lanes],
    /// What the cell saved.
    pub saved: &'m [Lanes],
}

/// The gradients of a backward step, all of which the cell overwrites.
pub struct StepGradients<'m> {
    /// With respect to the gates' share of the input.
    pub input: &'m mut [Lanes],
    /// With respect to the gates' share of the previous output.
    pub recurrent: &'m mut [Lanes],
    /// With respect to the state before, without the part that passes through the weights.
    pub before: &'m mut [Lanes],
}
