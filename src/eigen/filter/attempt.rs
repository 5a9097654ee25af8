//! The settings of one attempt at a window.

use crate::lanes::LANES;

/// How often a window is tried. Each filter is wider than the one before and has another center.
pub const ATTEMPTS: usize = 4;

/// One attempt.
pub struct Attempt {
    /// Levels that the filter is made for.
    pub levels: f64,
    /// How far the filter's center is from the target, as a fraction of its radius. Two levels
    /// where P has the same value are equal to the Krylov basis, and another center separates them.
    pub offset: f64,
    /// Whether a window at an end of the spectrum is filtered from that end.
    pub from_the_end: bool,
    /// Vectors in the basis when the window may first be complete, from measurements in the middle
    /// of the spectrum.
    pub first_check: usize,
    /// Vectors at which the basis is given up.
    pub largest_basis: usize,
}

impl Attempt {
    /// Attempt `number`, counted from 0, at a window of `states` levels.
    pub fn new(number: usize, states: usize) -> Self {
        Self {
            levels: (1.1 * states as f64 + 4.0) * 1.3_f64.powf(number as f64),
            offset: 0.1 * number as f64,
            from_the_end: number + 1 == ATTEMPTS,
            first_check: 24 * states / 10 + 9 * LANES,
            largest_basis: (8 * states + 200) * (number + 1),
        }
    }
}
