//! A group of a result file in memory: named quantities over named dimensions.

mod assembly;
mod differences;
mod quantities;

use std::collections::BTreeMap;

use ndarray::{ArrayD, ArrayView3, Ix3};
use serde::{Deserialize, Serialize};

pub use assembly::Assembly;

use crate::deck::Split;
use crate::error::{Error, Result};

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
    /// Member of the ensemble of networks.
    Member,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 6] = [
        Self::Strength,
        Self::Realization,
        Self::EnergyDensity,
        Self::Site,
        Self::State,
        Self::Member,
    ];

    /// The name of the dimension, and of its coordinate, in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strength => "h",
            Self::Realization => "realization",
            Self::EnergyDensity => "epsilon",
            Self::Site => "site",
            Self::State => "state",
            Self::Member => "member",
        }
    }

    /// The dimension of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
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
            Self::Strength => "disorder strength: fields are in [-h, h]",
            Self::Realization => "realization number",
            Self::EnergyDensity => "target energy density (E - E_min) / (E_max - E_min)",
            Self::Site => "site of the chain, from 1",
            Self::State => "eigenstate of the window, ascending in energy",
            Self::Member => "network of the ensemble, from 1",
        }
    }
}

/// A quantity over some dimensions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// What each axis runs over.
    pub dimensions: Vec<Dimension>,
    /// Unit of the values; "1" for a pure number.
    pub units: String,
    /// One sentence for the reader of the file.
    pub description: String,
    /// The values; NaN where not computed.
    pub values: ArrayD<f64>,
}

/// Everything known about the realizations of one chain length and one split: a group such as
/// `/L08/train`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Chain length L.
    pub sites: usize,
    /// What the realizations are for.
    pub split: Split,
    /// Disorder strengths h, ascending: the coordinate of [`Dimension::Strength`].
    pub strengths: Vec<f64>,
    /// Energy densities ε, ascending: the coordinate of [`Dimension::EnergyDensity`].
    pub energy_densities: Vec<f64>,
    /// Quantities by name.
    pub quantities: BTreeMap<String, Quantity>,
    /// The solver of its realizations; none of predictions.
    pub solver: Option<String>,
    /// Why windows could not be solved, by their places (h, realization, ε).
    pub failures: BTreeMap<[usize; 3], String>,
}

impl Table {
    /// The attribute of a group that names its solver.
    pub const SOLVER: &str = "solver";

    /// The name of the group in a file.
    pub fn group(&self) -> String {
        group_name(self.sites, self.split)
    }

    /// The dimensions of its quantities, each with its length.
    pub fn dimensions(&self) -> Vec<(Dimension, usize)> {
        Dimension::ALL
            .into_iter()
            .filter_map(|dimension| {
                let length = match dimension {
                    Dimension::Strength => Some(self.strengths.len()),
                    Dimension::EnergyDensity => Some(self.energy_densities.len()),
                    _ => self.quantities.values().find_map(|quantity| {
                        let axis = quantity.dimensions.iter().position(|&d| d == dimension)?;
                        Some(quantity.values.shape()[axis])
                    }),
                };
                Some((dimension, length?))
            })
            .collect()
    }

    /// A quantity that must be there.
    ///
    /// # Errors
    /// [`Error::Refused`] naming what there is.
    pub fn quantity(&self, name: &str) -> Result<&Quantity> {
        self.quantities.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.quantities.keys().map(String::as_str).collect();
            Error::Refused(format!(
                "{} holds no \"{name}\", only {}",
                self.group(),
                known.join(", ")
            ))
        })
    }

    /// The values of a quantity over (h, realization, ε) or (h, realization, site).
    ///
    /// # Errors
    /// [`Error::Refused`] when it is missing or has other dimensions.
    pub fn by_realization(&self, name: &str) -> Result<ArrayView3<'_, f64>> {
        let quantity = self.quantity(name)?;
        quantity
            .values
            .view()
            .into_dimensionality::<Ix3>()
            .map_err(|_| {
                Error::Refused(format!(
                    "{}/{name} has {} dimensions where 3 were expected",
                    self.group(),
                    quantity.values.ndim()
                ))
            })
    }

    /// The place of an energy density in this table.
    ///
    /// # Errors
    /// [`Error::Refused`] naming those that are there.
    pub fn energy_density_index(&self, wanted: f64) -> Result<usize> {
        self.energy_densities
            .iter()
            .position(|&known| (known - wanted).abs() < 1e-9)
            .ok_or_else(|| {
                Error::Refused(format!(
                    "{} holds no energy density {wanted}, only {:?}",
                    self.group(),
                    self.energy_densities
                ))
            })
    }
}

/// The name of a group: the size with two digits or more, then the split.
pub fn group_name(sites: usize, split: Split) -> String {
    format!("L{sites:02}/{}", split.name())
}
