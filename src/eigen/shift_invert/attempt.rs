//! What an attempt at a window asks of block Lanczos.

/// How often a window is tried.
///
/// Three causes of failure have one remedy each. The shift may be a level: the next one is a fraction
/// of a level away. The window may cut a group of nearly equal levels: the next search finds more
/// levels. The levels next to a small window may be nearly as far from the shift as its own, so that
/// they converge slowly: the next basis is larger.
pub const ATTEMPTS: usize = 3;

/// The block widths. A wide block reads the factor from memory less often for each vector, but needs
/// a larger basis.
pub const NARROW: usize = 4;
pub const WIDE: usize = 8;

/// The dimension from which on a wide block is faster.
const WIDE_FROM: usize = 10_000;

/// One attempt.
pub struct Attempt {
    /// Levels to find about the shift.
    pub levels: usize,
    /// How far the shift is from the target, in mean level spacings.
    pub offset: f64,
    /// Vectors in a block: [`NARROW`] or [`WIDE`].
    pub block: usize,
    /// Vectors in the basis when it is first worth looking at its Ritz pairs.
    pub first_look: usize,
    /// Vectors at which the basis is given up.
    pub largest_basis: usize,
}

impl Attempt {
    /// Attempt `number`, counted from 0, at a window of `states` levels of `dimension`.
    pub fn new(number: usize, states: usize, dimension: usize) -> Self {
        let levels = (states + number * (states / 4 + 4)).min(dimension);
        // A wide block also separates more equal levels.
        let block = if dimension < WIDE_FROM && number == 0 {
            NARROW
        } else {
            WIDE
        };
        Self {
            levels,
            offset: 0.3 * number as f64,
            block,
            first_look: 11 * levels / 5 + 12 * block,
            largest_basis: (6 * levels + 60) << number,
        }
    }
}
