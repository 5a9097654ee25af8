//! Observables of the states after a quench.
//!
//! A new observable is one file and one line in [`ALL`].

mod correlation;
mod entanglement;
mod imbalance;
mod magnetization;
mod number_entropy;
mod observable;
mod participation_entropy;
mod return_probability;

pub use observable::{Description, Observable};

/// Every observable.
pub const ALL: &[Description] = &[
    imbalance::DESCRIPTION,
    entanglement::DESCRIPTION,
    number_entropy::DESCRIPTION,
    return_probability::DESCRIPTION,
    magnetization::DESCRIPTION,
    correlation::DESCRIPTION,
    participation_entropy::DESCRIPTION,
];
