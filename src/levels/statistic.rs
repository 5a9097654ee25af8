//! What every statistic of levels has.

use std::fmt;

use super::grids::{energy_bins, intervals, times};
use super::unfolding::unfold;

/// All levels of a realization.
pub struct Levels<'l> {
    /// Energies, ascending.
    pub energies: &'l [f64],
    /// The same with a mean distance of 1 everywhere; empty when the levels are too few.
    pub unfolded: Vec<f64>,
}

impl<'l> Levels<'l> {
    /// Unfolds ascending energies.
    pub fn new(energies: &'l [f64]) -> Self {
        let unfolded = unfold(energies);
        Self { energies, unfolded }
    }
}

/// What the values of a statistic run over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Level of the sector, ascending.
    Level,
    /// Energy density, in bins.
    EnergyBin,
    /// Time, in Heisenberg times.
    Tau,
    /// Length of an interval, in mean distances of levels.
    Interval,
}

impl Axis {
    /// Its length in a sector of so many levels.
    pub fn length(self, dimension: u64) -> usize {
        match self {
            Self::Level => usize::try_from(dimension).unwrap_or(usize::MAX),
            other => other.values().len(),
        }
    }

    /// What its places stand for; empty if they only count.
    pub fn values(self) -> Vec<f64> {
        match self {
            Self::Level => Vec::new(),
            Self::EnergyBin => energy_bins(),
            Self::Tau => times(),
            Self::Interval => intervals(),
        }
    }
}

/// A statistic of all levels.
pub struct Statistic {
    /// Name in decks and files.
    pub name: &'static str,
    /// Unit of the values.
    pub units: &'static str,
    /// One sentence for the reader of a file.
    pub description: &'static str,
    /// What the values run over.
    pub axes: &'static [Axis],
    /// The values, or NaN where levels are too few.
    pub evaluate: fn(&Levels) -> Vec<f64>,
}

impl Statistic {
    /// The number of values in a sector of so many levels.
    pub fn values(&self, dimension: u64) -> usize {
        self.axes
            .iter()
            .map(|axis| axis.length(dimension))
            .product()
    }
}

impl fmt::Debug for Statistic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Statistic({})", self.name)
    }
}
