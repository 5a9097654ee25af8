//! What the axes of arrays run over.

use serde::{Deserialize, Serialize};

/// What an axis of an array runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Member of the ensemble of networks.
    Member,
}

impl Dimension {
    /// Every dimension, in the order of the axes of arrays in memory.
    pub const ALL: [Self; 7] = [
        Self::Member,
        Self::Strength,
        Self::Realization,
        Self::EnergyDensity,
        Self::State,
        Self::Site,
        Self::Distance,
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
            Self::Member => "member",
        }
    }

    /// The dimension of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The first number of a coordinate that counts.
    pub fn first(self) -> usize {
        match self {
            Self::Site | Self::Distance | Self::Member => 1,
            _ => 0,
        }
    }

    /// The unit of the coordinate.
    pub fn units(self) -> &'static str {
        match self {
            Self::Strength => "J",
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
            Self::Member => "network of the ensemble, from 1",
        }
    }
}
