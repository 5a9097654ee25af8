//! Indicators of localization, each the mean over the eigenstates of a window.
//!
//! A new indicator is one file and one line in [`ALL`].

mod entanglement;
mod gap_ratio;
mod half_chain_fluctuation;
mod indicator;
mod inverse_participation_ratio;
mod kullback_leibler;
mod matrices;
mod participation_entropy;
mod random_states;
mod spin_fraction;
mod states;
mod symmetric;
#[cfg(test)]
mod tests;

pub use entanglement::{entropy_term, gram};
pub use gap_ratio::ratios as gap_ratios;
pub use indicator::{Description, Indicator};
pub use matrices::{Matrix, collect, matrices};
pub use random_states::half_chain_entropy;
pub use states::sums;
pub use symmetric::Eigenvalues;

use crate::deck::Normalisation;

/// Every indicator.
pub const ALL: &[Description] = &[
    gap_ratio::DESCRIPTION,
    entanglement::FIRST_HALF,
    entanglement::ALL_CUTS,
    spin_fraction::DESCRIPTION,
    participation_entropy::DESCRIPTION,
    inverse_participation_ratio::DESCRIPTION,
    kullback_leibler::DESCRIPTION,
    half_chain_fluctuation::DESCRIPTION,
];

/// The indicator of this name.
pub fn named(name: &str) -> Option<&'static Description> {
    ALL.iter().find(|known| known.name == name)
}

/// What a stored value of the quantity `name` is divided by when it is read. It is 1 for a quantity
/// that is not an indicator of this program. So it is for entropies after a quench, which do not depend on
/// the length of the chain until it limits them.
pub fn scale(name: &str, normalisation: Normalisation, sites: usize) -> f64 {
    named(name).map_or(1.0, |known| (known.scale)(normalisation, sites))
}
