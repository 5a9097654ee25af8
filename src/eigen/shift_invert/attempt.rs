//! The settings of one attempt at a window.

use super::lanczos::Settings;

/// How often a window is tried.
///
/// Each attempt answers three causes of failure. The shift may be a level, so the next shift is a
/// fraction of a level away. The window may cut a group of nearly equal levels, so the next search
/// finds more levels. The outer levels of a small window may be hardly nearer to the shift than
/// those that follow, so that they converge slowly. The next basis is therefore larger.
pub const ATTEMPTS: usize = 3;

/// Vectors in a narrow block.
pub const NARROW: usize = 4;

/// Vectors in a wide block. It reads the factor from memory less often for each vector, but needs a
/// larger basis.
pub const WIDE: usize = 8;

/// The dimension from which on a wide block is faster.
const WIDE_FROM: usize = 10_000;

/// One attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attempt {
    /// How far the shift is from the target, in mean level spacings.
    pub offset: f64,
    /// Vectors in a block: [`NARROW`] or [`WIDE`].
    pub block: usize,
    /// The levels to find about the shift, and the basis for them.
    pub lanczos: Settings,
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
            offset: 0.3 * number as f64,
            block,
            lanczos: Settings {
                wanted: levels,
                // Windows that are a large part of the spectrum converge more slowly.
                first_look: 11 * levels / 5 + 12 * block + levels * levels / dimension,
                largest_basis: (6 * levels + 60) << number,
            },
        }
    }
}
