//! Fields and their targets, read from the tables of data.h5.

use std::borrow::Borrow;

use ndarray::{Array2, CowArray, Ix3, s};

use crate::deck::{MissingTargets, Normalisation};
use crate::error::{Error, Result};
use crate::indicators;
use crate::store::{Dimension, Statistic, Table};

/// One realization, at one energy density or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Realization {
    /// Chain length L.
    pub sites: usize,
    /// The index of the disorder strength in the table.
    pub strength_index: usize,
    /// The field h_1 … h_L, or the features of all members in its place.
    pub inputs: Vec<f64>,
    /// The energy densities ε.
    pub energy_densities: Vec<f64>,
    /// The normalised indicators (energy density, target); NaN where one is missing.
    pub targets: Vec<f64>,
}

/// What is read of a table.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The names of the targets.
    pub targets: &'a [String],
    /// What entropies are divided by.
    pub normalisation: Normalisation,
    /// What becomes of realizations that lack some of the targets.
    pub missing: MissingTargets,
}

impl Wanted<'_> {
    /// Whether a realization counts. NaN stands for what is not finished, was not measured, or is to be
    /// left out.
    fn counts(&self, one: &Realization) -> bool {
        let mut targets = one.targets.iter();
        let has_targets = match self.missing {
            MissingTargets::LeaveOut => targets.all(|it| !it.is_nan()),
            MissingTargets::Mask => targets.any(|it| !it.is_nan()),
        };
        has_targets && one.inputs.iter().all(|it| !it.is_nan())
    }
}

/// The stored values of one target.
struct Column<'a> {
    /// (strength, realization, energy density); none if the table has no such quantity.
    values: Option<CowArray<'a, f64, Ix3>>,
    /// What they are divided by.
    scale: f64,
}

/// The realizations of a table, in its order, each at all of `energy_densities`. Those with NaN in the
/// field are left out, and those with NaN in a target or in all targets.
///
/// # Errors
/// When the table lacks an energy density, or a quantity that may not be missing, when quantities differ
/// in their numbers of realizations, and when a value is infinite.
pub fn realizations<'t>(
    table: &'t Table,
    wanted: &Wanted<'t>,
    energy_densities: &[f64],
) -> Result<Vec<Realization>> {
    let densities = energy_densities
        .iter()
        .map(|&energy_density| table.energy_density_index(energy_density))
        .collect::<Result<Vec<_>>>()?;
    let field = table.by_realization("field", Dimension::Site)?;
    let columns = columns(table, wanted)?;
    let (strengths, realizations, sites) = field.dim();
    let mut found = Vec::new();
    for strength in 0..strengths {
        for realization in 0..table.realizations_at(strength, realizations) {
            let value = |density: usize, column: &Column| {
                let values = column.values.as_ref();
                let value = values.map_or(f64::NAN, |it| it[[strength, realization, density]]);
                value / column.scale
            };
            let at = |&density: &usize| columns.iter().map(move |column| value(density, column));
            let one = Realization {
                sites,
                strength_index: strength,
                inputs: field.slice(s![strength, realization, ..]).to_vec(),
                energy_densities: energy_densities.to_vec(),
                targets: densities.iter().flat_map(at).collect(),
            };
            if !wanted.counts(&one) {
                continue;
            }
            if let Some((name, third, index)) = infinite(&one, wanted.targets) {
                let index = match third {
                    Dimension::Site => index,
                    _ => densities[index],
                };
                let dimensions = [Dimension::Strength, Dimension::Realization, third];
                return Err(table.infinite(name, &dimensions, &[strength, realization, index]));
            }
            found.push(one);
        }
    }
    Ok(found)
}

/// The stored values of all targets, which have one for each field and energy density.
fn columns<'t>(table: &'t Table, wanted: &Wanted<'t>) -> Result<Vec<Column<'t>>> {
    let column = |name: &'t String| {
        let scale = indicators::scale(name, wanted.normalisation, table.sites);
        if wanted.missing == MissingTargets::Mask && !table.has_target(name) {
            return Ok(Column {
                values: None,
                scale,
            });
        }
        let target = table.target(name)?;
        if let Some(statistic) = target.over_realizations {
            return Err(over_realizations(name, target.name, statistic));
        }
        table.check_together("field", target.name)?;
        let values = Some(target.values);
        Ok(Column { values, scale })
    };
    wanted.targets.iter().map(column).collect()
}

/// The refusal of a statistic that no single field has.
fn over_realizations(target: &str, quantity: &str, statistic: Statistic) -> Error {
    let word = statistic.word();
    Error::Refused(format!(
        "{target}: \"{word}\" would be over realizations, because {quantity} has no further axis for it, \
         and a network learns a number of each field: take the word out, or name a quantity with states, \
         sites or distances"
    ))
}

/// The first value of a realization that is infinite: its quantity, and the site or the number of the
/// energy density.
fn infinite<'t>(one: &Realization, targets: &'t [String]) -> Option<(&'t str, Dimension, usize)> {
    if let Some(index) = one.targets.iter().position(|value| value.is_infinite()) {
        let (density, target) = (index / targets.len(), index % targets.len());
        return Some((&targets[target], Dimension::EnergyDensity, density));
    }
    let site = one.inputs.iter().position(|value| value.is_infinite());
    site.map(|site| ("field", Dimension::Site, site))
}

/// The fields (sample, site) of realizations of one chain length.
pub fn fields<R: Borrow<Realization>>(realizations: &[R]) -> Array2<f64> {
    let sites = realizations[0].borrow().sites;
    let flat = realizations.iter().flat_map(|it| &it.borrow().inputs);
    Array2::from_shape_vec((realizations.len(), sites), flat.copied().collect())
        .expect("every field has a value for each site")
}
