//! What the axes of arrays run over.

use serde::{Deserialize, Serialize};

/// What an axis of an array runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Dimension {
    /// Disorder strength h.
    Strength,
    /// Realization number.
    Realization,
    /// Energy density ε.
    EnergyDensity,
    /// Site of the chain.
    Site,
    /// Eigenstate of a window, in ascending energy.
    State,
    /// Distance between two sites.
    Distance,
    /// Neighbouring eigenstates of a window.
    Pair,
    /// Sites in the first part of a chain that is cut in two.
    Cut,
    /// Number of a Schmidt probability.
    Level,
    /// Order q of an entropy.
    Order,
    /// Ratio of two gaps, in bins.
    RatioBin,
    /// Expectation value of σᶻ, in bins.
    SpinBin,
    /// log₁₀ of a matrix element, in bins.
    ElementBin,
    /// Level of the sector.
    SectorLevel,
    /// Energy density, in bins.
    EnergyBin,
    /// Time, in Heisenberg times.
    Tau,
    /// Length of an interval of unfolded levels.
    Interval,
    /// Initial state of a quench.
    Sample,
    /// Time after a quench.
    Time,
    /// Member of the ensemble of networks.
    Member,
}

impl Dimension {
    /// Every dimension, in the order of the axes of arrays in memory.
    pub const ALL: [Self; 20] = [
        Self::Member,
        Self::Strength,
        Self::Realization,
        Self::EnergyDensity,
        Self::Sample,
        Self::State,
        Self::Pair,
        Self::Site,
        Self::Distance,
        Self::Cut,
        Self::Level,
        Self::Order,
        Self::RatioBin,
        Self::SpinBin,
        Self::ElementBin,
        Self::SectorLevel,
        Self::EnergyBin,
        Self::Tau,
        Self::Interval,
        Self::Time,
    ];

    /// The name of the dimension, and of its coordinate, in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strength => "h",
            Self::Realization => "realization",
            Self::EnergyDensity => "epsilon",
            Self::Site => "site",
            Self::State => "state",
            Self::Distance => "distance",
            Self::Pair => "pair",
            Self::Cut => "cut",
            Self::Level => "level",
            Self::Order => "order",
            Self::RatioBin => "ratio_bin",
            Self::SpinBin => "spin_bin",
            Self::ElementBin => "element_bin",
            Self::SectorLevel => "sector_level",
            Self::EnergyBin => "energy_bin",
            Self::Tau => "tau",
            Self::Interval => "interval",
            Self::Sample => "sample",
            Self::Time => "time",
            Self::Member => "member",
        }
    }

    /// The dimension of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Whether its places stand for values beside those of every table.
    pub fn has_values(self) -> bool {
        matches!(
            self,
            Self::Time
                | Self::Order
                | Self::RatioBin
                | Self::SpinBin
                | Self::ElementBin
                | Self::EnergyBin
                | Self::Tau
                | Self::Interval
        )
    }

    /// The first number of a coordinate that counts.
    pub fn first(self) -> usize {
        match self {
            Self::Site | Self::Distance | Self::Cut | Self::Level | Self::Member => 1,
            _ => 0,
        }
    }

    /// The unit of the coordinate.
    pub fn units(self) -> &'static str {
        match self {
            Self::Strength => "J",
            Self::Time => "1/J",
            _ => "1",
        }
    }

    /// One sentence on the coordinate for the reader of a file.
    pub fn description(self) -> &'static str {
        match self {
            Self::Strength => "disorder strength",
            Self::Realization => "realization number",
            Self::EnergyDensity => "target energy density (E - E_min) / (E_max - E_min)",
            Self::Site => "site of the chain, from 1",
            Self::State => "eigenstate of the window, ascending in energy",
            Self::Distance => "distance between two sites, from 1",
            Self::Pair => "eigenstate of the window, and the next one above",
            Self::Cut => "sites in the first part of the chain that is cut in two, from 1",
            Self::Level => "number of a Schmidt probability, from 1",
            Self::Order => "order q of the entropy",
            Self::RatioBin => "middle of the bin of gap ratios",
            Self::SpinBin => "middle of the bin of expectation values of sigma^z",
            Self::ElementBin => "middle of the bin of log10 |matrix element|",
            Self::SectorLevel => "level of the sector, ascending in energy",
            Self::EnergyBin => "middle of the bin of energy densities",
            Self::Tau => "time in units of the Heisenberg time",
            Self::Interval => "length of an interval, in mean distances of levels",
            Self::Sample => "initial state of the quench",
            Self::Time => "time after the quench, hbar = 1",
            Self::Member => "network of the ensemble, from 1",
        }
    }
}
