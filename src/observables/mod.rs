//! Observables of a window with axes of their own, such as its states or the sites of the chain.
//!
//! A new observable is one file and one line in [`ALL`].

mod correlation;
mod gap_ratios;
mod magnetization;
mod observable;
mod probabilities;
#[cfg(test)]
mod tests;

pub use correlation::pairs;
pub use observable::{Axis, Description, Observable};
pub use probabilities::{means, write_spins};

/// Every observable.
pub const ALL: &[Description] = &[
    gap_ratios::DESCRIPTION,
    magnetization::DESCRIPTION,
    correlation::MEAN,
    correlation::TYPICAL,
];
