//! What a target depends on beside the field.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, number};
use crate::store::{Dimension, Table};

/// An energy density, or a time after a quench. A head with a further input reads it there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The energy density ε of a window.
    EnergyDensity(f64),
    /// The time t after a quench, more than 0.
    Time(f64),
}

impl Condition {
    /// These energy densities.
    pub fn energy_densities(values: &[f64]) -> Vec<Self> {
        values.iter().copied().map(Self::EnergyDensity).collect()
    }

    /// These times.
    pub fn times(values: &[f64]) -> Vec<Self> {
        values.iter().copied().map(Self::Time).collect()
    }

    /// The energy density, or the time.
    pub fn value(self) -> f64 {
        match self {
            Self::EnergyDensity(value) | Self::Time(value) => value,
        }
    }

    /// The axis of a table that has it.
    pub fn dimension(self) -> Dimension {
        match self {
            Self::EnergyDensity(_) => Dimension::EnergyDensity,
            Self::Time(_) => Dimension::Time,
        }
    }

    /// The further input of the head: ε from the middle of the spectrum, or log₁₀ t.
    pub fn input(self) -> f64 {
        match self {
            Self::EnergyDensity(density) => density - 0.5,
            Self::Time(time) => time.log10(),
        }
    }

    /// Its place on the axis of a table.
    ///
    /// # Errors
    /// [`Error::Refused`] when the table does not have it.
    pub fn index(self, table: &Table) -> Result<usize> {
        let time = match self {
            Self::EnergyDensity(density) => return table.energy_density_index(density),
            Self::Time(time) => time,
        };
        let known = times(table);
        let is_same = |it: &f64| (it - time).abs() <= 1e-9 * time;
        known.iter().position(is_same).ok_or_else(|| {
            Error::Refused(format!(
                "{} holds no time {}: name data with the same times, or write learn.missing = \"mask\"",
                table.group(),
                number(time)
            ))
        })
    }
}

/// The times of a table; none without quenches.
pub fn times(table: &Table) -> &[f64] {
    table.coordinates.get(&Dimension::Time).map_or(&[], |it| it)
}

impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EnergyDensity(density) => write!(out, "ε = {density}"),
            Self::Time(time) => write!(out, "t = {time}"),
        }
    }
}
