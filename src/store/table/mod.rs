//! A group of a result file in memory: named quantities over named dimensions.

mod dimension;

use std::collections::BTreeMap;

use ndarray::{ArrayD, ArrayView3, ArrayViewD, Axis, Ix3};
use serde::{Deserialize, Serialize};

pub use dimension::Dimension;

use crate::deck::Split;
use crate::error::{Error, Result, number};
use crate::identity::{Hasher, Identity};

/// A quantity over some dimensions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// What each axis runs over, in the order of [`Dimension::ALL`].
    pub dimensions: Vec<Dimension>,
    /// Unit of the values; "1" for a pure number.
    pub units: String,
    /// One sentence for people who open the file.
    pub description: String,
    /// The values; NaN where not computed.
    pub values: ArrayD<f64>,
}

/// All values of the realizations of one chain length and one split: a group such as `/L08/train`.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use mblscale::deck::Split;
/// use mblscale::store::{Dimension, Quantity, Table};
/// use ndarray::ArrayD;
///
/// # fn main() -> mblscale::error::Result<()> {
/// let gap_ratio = Quantity {
///     dimensions: vec![Dimension::Strength, Dimension::Realization, Dimension::EnergyDensity],
///     units: "1".to_owned(),
///     description: "mean ratio of neighbouring gaps".to_owned(),
///     values: ArrayD::from_elem(vec![2, 3, 1], f64::NAN),
/// };
/// let mut table = Table {
///     sites: 8,
///     split: Split::Train,
///     strengths: vec![1.0, 6.0],
///     energy_densities: vec![0.5],
///     coordinates: BTreeMap::new(),
///     quantities: BTreeMap::from([("gap_ratio".to_owned(), gap_ratio)]),
///     solver: None,
///     failures: BTreeMap::new(),
///     counts: Vec::new(),
///     unread: BTreeMap::new(),
/// };
/// table.set("gap_ratio", &[1, 2, 0], 0.39)?;
/// assert_eq!(table.group(), "L08/train");
/// assert_eq!(table.length(Dimension::Realization), Some(3));
/// assert_eq!(table.quantity("gap_ratio")?.values[[1, 2, 0]], 0.39);
/// assert!(table.quantity("entropy").is_err());
/// # Ok(())
/// # }
/// ```
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
    /// The values of other coordinates that do not only count.
    pub coordinates: BTreeMap<Dimension, Vec<f64>>,
    /// Quantities by name.
    pub quantities: BTreeMap<String, Quantity>,
    /// The solver of its realizations; none for predictions.
    pub solver: Option<String>,
    /// Why windows could not be solved, or have indicators without a value, by their places
    /// (h, realization, ε) in the quantities.
    pub failures: BTreeMap<[usize; 3], String>,
    /// The number of realizations of each strength, where their numbers differ; else empty. Values
    /// behind them are NaN.
    pub counts: Vec<usize>,
    /// Why datasets of the file's group could not be read, by name.
    pub unread: BTreeMap<String, String>,
}

impl Table {
    /// The quantity that says which windows are solved: NaN until a task is done.
    pub const COMPLETE: &str = "complete";

    /// The quantity that says of which realizations the quenches are done: NaN until they are.
    pub const QUENCH_COMPLETE: &str = "quench_complete";

    /// The dataset that says why values of windows are missing.
    pub const FAILURE: &str = "failure";

    /// The attribute of a group that names its solver.
    pub const SOLVER: &str = "solver";

    /// The name of the group in a file.
    pub fn group(&self) -> String {
        group_name(self.sites, self.split)
    }

    /// Adds the numbers of this table to an identity: its coordinates, and each of these quantities.
    pub fn hash<'q>(&self, hasher: &mut Hasher, names: impl Iterator<Item = &'q String>) {
        hasher.text(&self.group());
        hasher.numbers(&self.strengths);
        hasher.numbers(&self.energy_densities);
        for name in names {
            hasher.text(name);
            let quantity = self.quantities.get(name);
            hasher.numbers(quantity.iter().flat_map(|quantity| &quantity.values));
            let axes = quantity.iter().flat_map(|quantity| &quantity.dimensions);
            for values in axes.filter_map(|axis| self.coordinates.get(axis)) {
                hasher.numbers(values);
            }
        }
    }

    /// The dimensions of its quantities, each with its length.
    pub fn dimensions(&self) -> Vec<(Dimension, usize)> {
        Dimension::ALL
            .into_iter()
            .filter_map(|dimension| Some((dimension, self.length(dimension)?)))
            .collect()
    }

    /// The length of a dimension; none when no quantity has it.
    pub fn length(&self, dimension: Dimension) -> Option<usize> {
        match dimension {
            Dimension::Strength => Some(self.strengths.len()),
            Dimension::EnergyDensity => Some(self.energy_densities.len()),
            _ => self.quantities.values().find_map(|quantity| {
                let axis = quantity.dimensions.iter().position(|&d| d == dimension)?;
                Some(quantity.values.shape()[axis])
            }),
        }
    }

    /// How many realizations a strength has, where the longest row has `most`.
    pub fn realizations_at(&self, strength: usize, most: usize) -> usize {
        self.counts.get(strength).copied().unwrap_or(most)
    }

    /// How many realizations there are, where the longest row has `most`.
    pub fn realizations(&self, most: usize) -> usize {
        let rows = 0..self.strengths.len();
        rows.map(|row| self.realizations_at(row, most)).sum()
    }

    /// Whether a window at (h, realization, ε) is solved.
    pub fn is_complete(&self, place: [usize; 3]) -> bool {
        let complete = self.quantities.get(Self::COMPLETE);
        let complete = complete.and_then(|it| it.values.get(&place[..]));
        complete.is_some_and(|&it| it == 1.0)
    }

    /// Whether the quenches at (h, realization) are done, as [`QUENCH_COMPLETE`](Self::QUENCH_COMPLETE)
    /// says it.
    pub fn quench(&self, place: [usize; 2]) -> Option<&f64> {
        let complete = self.quantities.get(Self::QUENCH_COMPLETE)?;
        complete.values.get(&place[..])
    }

    /// Whether the group has this quantity, be it readable or not.
    pub fn has(&self, name: &str) -> bool {
        self.quantities.contains_key(name) || self.unread.contains_key(name)
    }

    /// A quantity that the caller needs.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is missing. The message says why the file's dataset could not be read,
    /// or which quantities the table has.
    pub fn quantity(&self, name: &str) -> Result<&Quantity> {
        self.quantities.get(name).ok_or_else(|| self.lacks(name))
    }

    /// Sets one value of a quantity.
    ///
    /// # Errors
    /// [`Error::Refused`] when the table has no such quantity or place.
    pub fn set(&mut self, name: &str, place: &[usize], value: f64) -> Result<()> {
        let Some(quantity) = self.quantities.get_mut(name) else {
            return Err(self.lacks(name));
        };
        let Some(old) = quantity.values.get_mut(place) else {
            return Err(self.no_place(name, place));
        };
        *old = value;
        Ok(())
    }

    /// Sets the values of a quantity at a place of its first axes, the last axis fastest.
    ///
    /// # Errors
    /// [`Error::Refused`] when the table has no such quantity or place, or another number of values.
    pub fn set_all(&mut self, name: &str, place: &[usize], values: &[f64]) -> Result<()> {
        let Some(quantity) = self.quantities.get_mut(name) else {
            return Err(self.lacks(name));
        };
        let mut old = quantity.values.view_mut();
        for &index in place {
            if old.shape().first().is_none_or(|&length| index >= length) {
                return Err(self.no_place(name, place));
            }
            old.index_axis_inplace(Axis(0), index);
        }
        if old.len() != values.len() {
            return Err(self.no_place(name, place));
        }
        old.iter_mut()
            .zip(values)
            .for_each(|(old, &value)| *old = value);
        Ok(())
    }

    fn no_place(&self, name: &str, place: &[usize]) -> Error {
        Error::Refused(format!("{}/{name} has no place {place:?}", self.group()))
    }

    fn lacks(&self, name: &str) -> Error {
        if let Some(reason) = self.unread.get(name) {
            return Error::Refused(reason.clone());
        }
        let known: Vec<&str> = self.quantities.keys().map(String::as_str).collect();
        Error::Refused(format!(
            "{} holds no \"{name}\", only {}",
            self.group(),
            known.join(", ")
        ))
    }

    /// The values of a quantity over (h, realization, `third`), such as the energy density or the site.
    ///
    /// # Errors
    /// As [`over`](Self::over).
    pub fn by_realization(&self, name: &str, third: Dimension) -> Result<ArrayView3<'_, f64>> {
        let wanted = [Dimension::Strength, Dimension::Realization, third];
        let values = self.over(name, &wanted)?;
        Ok(values
            .into_dimensionality::<Ix3>()
            .expect("there are three axes"))
    }

    /// The values of a quantity over these dimensions. The only energy density of a table needs no
    /// axis.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is missing or has other dimensions.
    pub fn over(&self, name: &str, wanted: &[Dimension]) -> Result<ArrayViewD<'_, f64>> {
        let quantity = self.quantity(name)?;
        let values = quantity.values.view();
        if quantity.dimensions == wanted {
            return Ok(values);
        }
        let axis = wanted.iter().position(|&it| it == Dimension::EnergyDensity);
        if let (Some(axis), 1) = (axis, self.energy_densities.len()) {
            let mut others = wanted.to_vec();
            others.remove(axis);
            if quantity.dimensions == others {
                return Ok(values.insert_axis(Axis(axis)));
            }
        }
        let list = |dimensions: &[Dimension]| {
            let names: Vec<&str> = dimensions.iter().map(|it| it.name()).collect();
            names.join(", ")
        };
        Err(Error::Refused(format!(
            "{}/{name} runs over {} where {} are expected",
            self.group(),
            list(&quantity.dimensions),
            list(wanted)
        )))
    }

    /// Accepts two quantities that are used together if their realizations are equally many.
    ///
    /// # Errors
    /// [`Error::Refused`] when they are not, or when one is missing.
    pub fn check_together(&self, first: &str, second: &str) -> Result<()> {
        let count = |name: &str| -> Result<(&[usize], usize)> {
            let quantity = self.quantity(name)?;
            let shape = quantity.values.shape();
            let mut axes = quantity.dimensions.iter().zip(shape);
            let axis = axes.find(|(dimension, _)| **dimension == Dimension::Realization);
            Ok((shape, axis.map_or(1, |(_, &length)| length)))
        };
        let (known, (shape, found)) = (count(first)?.1, count(second)?);
        if found == known {
            return Ok(());
        }
        let group = self.group();
        Err(Error::Refused(format!(
            "{group}/{second} is {shape:?}, with {found} of realization where {group}/{first} has \
             {known}: give both the same"
        )))
    }

    /// The refusal of an infinite value of a quantity.
    pub fn infinite(&self, name: &str, dimensions: &[Dimension], place: &[usize]) -> Error {
        let axes = dimensions.iter().zip(place);
        let at: Vec<String> = axes
            .map(|(dimension, &index)| match dimension {
                Dimension::Strength => format!("h = {}", number(self.strengths[index])),
                Dimension::EnergyDensity => format!("ε = {}", number(self.energy_densities[index])),
                _ => format!("{} {}", dimension.name(), index + dimension.first()),
            })
            .collect();
        Error::Refused(format!(
            "{}/{name} is not finite at {}: correct it, or write NaN to leave the realization out",
            self.group(),
            at.join(", ")
        ))
    }

    /// The place of an energy density in this table.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is missing; the message lists those that the table has.
    pub fn energy_density_index(&self, wanted: f64) -> Result<usize> {
        self.energy_densities
            .iter()
            .position(|&known| (known - wanted).abs() < 1e-9)
            .ok_or_else(|| {
                Error::Refused(format!(
                    "{} holds no energy density {}, only {:?}",
                    self.group(),
                    number(wanted),
                    self.energy_densities
                ))
            })
    }
}

/// The identity of these tables.
pub fn identity(tables: &[Table]) -> Identity {
    let mut hasher = Hasher::default();
    for table in tables {
        table.hash(&mut hasher, table.quantities.keys());
    }
    hasher.finish()
}

/// The name of a group: the size with two digits or more, then the split.
pub fn group_name(sites: usize, split: Split) -> String {
    format!("L{sites:02}/{}", split.name())
}
