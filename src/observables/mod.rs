//! Observables of a window with axes of their own, such as its states or the sites of the chain.
//!
//! A new observable is one file and one line in [`ALL`].

mod bins;
mod correlation;
mod entropies;
mod exchanges;
mod gap_ratios;
mod histogram;
mod magnetization;
mod matrix_elements;
mod observable;
mod pairs;
mod participation;
mod probabilities;
mod ranking;
mod schmidt;
mod shared;
mod susceptibility;
#[cfg(test)]
mod tests;
mod whole;

pub use observable::{Axis, Description, Observable};
pub use pairs::{Pairs, mean};
pub use probabilities::{means, write_spins};
pub use shared::Shared;

/// Every observable.
pub const ALL: &[Description] = &[
    gap_ratios::DESCRIPTION,
    magnetization::DESCRIPTION,
    correlation::ZZ,
    correlation::TYPICAL_ZZ,
    correlation::XX,
    correlation::TYPICAL_XX,
    entropies::VON_NEUMANN,
    entropies::RENYI,
    entropies::NUMBER,
    entropies::SPECTRUM,
    participation::ENTROPIES,
    participation::DIMENSIONS,
    matrix_elements::DESCRIPTION,
    susceptibility::DESCRIPTION,
    histogram::GAP_RATIOS,
    histogram::MAGNETIZATION,
    histogram::MATRIX_ELEMENTS,
];
