//! Indicators of localization, each the mean over the eigenstates of a window.
//!
//! A new indicator is one file and one line in [`ALL`].

mod entanglement;
#[cfg(test)]
mod fixture;
mod gap_ratio;
mod half_chain_fluctuation;
mod inverse_participation_ratio;
mod kullback_leibler;
mod participation_entropy;
mod random_states;
mod spin_fraction;
mod symmetric;

pub use crate::deck::Normalisation;

pub use random_states::half_chain_entropy;

use crate::chain::Sector;
use crate::eigen::Window;

/// An indicator, prepared for one sector.
pub trait Indicator {
    /// The mean over the window's eigenstates.
    fn evaluate(&mut self, window: &Window) -> f64;
}

/// What is known of an indicator before any sector.
pub struct Description {
    /// Name in decks and files.
    pub name: &'static str,
    /// Symbol in reports.
    pub symbol: &'static str,
    /// Unit of the stored value.
    pub units: &'static str,
    /// One sentence for the reader of a file.
    pub description: &'static str,
    /// Whether it is of the first half of the ring, so that a shift of the field changes it.
    pub of_half: bool,
    /// What the stored value is divided by when it is read, for a chain of this many sites.
    pub scale: fn(Normalisation, usize) -> f64,
    /// Prepares it for a sector.
    pub prepare: fn(&Sector) -> Box<dyn Indicator>,
}

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
pub fn find(name: &str) -> Option<&'static Description> {
    ALL.iter().find(|known| known.name == name)
}

/// What a stored value of the indicator `name` is divided by when it is read.
///
/// # Panics
/// For a name that is not in [`ALL`]; a deck with one is refused.
pub fn scale(name: &str, normalisation: Normalisation, sites: usize) -> f64 {
    let known = find(name).expect("decks name known indicators");
    (known.scale)(normalisation, sites)
}

/// The scale of an indicator that is read as it is stored.
fn unscaled(_: Normalisation, _: usize) -> f64 {
    1.0
}
