//! Statistics of all levels of a realization.
//!
//! A new statistic is one file and one line in [`ALL`].

mod density;
mod form_factor;
mod grids;
mod lists;
mod number_variance;
mod statistic;
mod unfolding;

pub use statistic::{Axis, Levels, Statistic};

/// Every statistic.
pub const ALL: &[Statistic] = &[
    lists::ENERGIES,
    lists::UNFOLDED,
    density::STATISTIC,
    form_factor::STATISTIC,
    form_factor::HEISENBERG_TIME,
    number_variance::STATISTIC,
];

/// The statistic of this name.
pub fn named(name: &str) -> Option<&'static Statistic> {
    ALL.iter().find(|known| known.name == name)
}
