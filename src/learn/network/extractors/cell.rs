//! One step of a recurrent network.

use crate::lanes::Lanes;

/// The arithmetic of a recurrent unit between its two affine maps, feature by feature.
///
/// All slices are lanes in blocks of `features`: the gates in PyTorch's order; the state, whose
/// first block is the output that the next step's gates see; what is kept for the way back.
pub trait Cell: Send + Sync {
    /// Gates, each with its rows in both weights.
    const GATES: usize;

    /// Blocks of the state.
    const STATES: usize;

    /// Blocks kept of a step.
    const KEPT: usize;

    /// From the gates' shares of the input (W_ih x + b_ih) and of the output before
    /// (W_hh h + b_hh) to the state after.
    fn step(
        features: usize,
        input: &[Lanes],
        recurrent: &[Lanes],
        before: &[Lanes],
        after: &mut [Lanes],
        kept: &mut [Lanes],
    );

    /// From slopes with respect to the state after, to those with respect to `input`, `recurrent`
    /// and, but for what passes through the weights, the state before.
    fn back(features: usize, step: Step, slopes: &[Lanes], found: Slopes);
}

/// What a step left behind.
pub struct Step<'m> {
    /// The state before.
    pub before: &'m [Lanes],
    /// The state after.
    pub after: &'m [Lanes],
    /// What the cell chose to keep.
    pub kept: &'m [Lanes],
}

/// Where the slopes of a step go; all of it is overwritten.
pub struct Slopes<'m> {
    /// With respect to the gates' share of the input.
    pub input: &'m mut [Lanes],
    /// With respect to the gates' share of the output before.
    pub recurrent: &'m mut [Lanes],
    /// With respect to the state before.
    pub before: &'m mut [Lanes],
}
