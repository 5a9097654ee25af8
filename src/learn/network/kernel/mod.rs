//! Arithmetic of networks on several samples at once.
//!
//! A network of a hundred parameters does so little for a sample that calls to a library would cost
//! far more than the arithmetic. So samples lie side by side in [`Lanes`], and whole passes are
//! compiled as one piece for each instruction set (through `pulp`); every lane is rounded as a
//! single number would be, so a result does not depend on the registers.

pub mod affine;
mod elementary;

pub use crate::lanes::Lanes;
pub use affine::{accumulate, accumulate_bias, affine, pull_back};

/// Makes `buffer` hold `length` lanes; what they hold is not specified.
pub fn resize(buffer: &mut Vec<Lanes>, length: usize) {
    buffer.resize(length, Lanes::ZERO);
}

/// Keeps the compiler from taking several turns of the loop that this is in at once: it would do so by
/// collecting single numbers from the lanes of each, which fill its registers by themselves.
#[inline(always)]
pub fn one_by_one() {
    std::hint::black_box(());
}
