//! Fields and their targets, as data.h5 has them.

use ndarray::ArrayView3;

use crate::deck::Normalisation;
use crate::error::{Error, Result};
use crate::indicators;
use crate::store::Table;

/// One realization, at one energy density or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Realization {
    /// Chain length.
    pub sites: usize,
    /// The place of its disorder strength in its table.
    pub strength: usize,
    /// The field h_1 … h_L, or features that stand for it.
    pub inputs: Vec<f64>,
    /// The energy densities ε.
    pub energy_densities: Vec<f64>,
    /// The indicators (energy density, target), normalised.
    pub targets: Vec<f64>,
}

/// The realizations of a table, each at all of `energy_densities`, in its order, without those that
/// lack a value.
///
/// # Errors
/// When the table lacks a quantity or an energy density, or quantities differ in shape.
pub fn realizations(
    table: &Table,
    targets: &[String],
    normalisation: Normalisation,
    energy_densities: &[f64],
) -> Result<Vec<Realization>> {
    let places = energy_densities
        .iter()
        .map(|&energy_density| table.energy_density_index(energy_density))
        .collect::<Result<Vec<_>>>()?;
    let field = table.by_realization("field")?;
    let (strengths, realizations, sites) = field.dim();
    let energies = table.energy_densities.len();
    let columns = targets
        .iter()
        .map(|name| {
            let raw = table.by_realization(name)?;
            if raw.dim() == (strengths, realizations, energies) && sites == table.sites {
                Ok((raw, scale(name, normalisation, sites)))
            } else {
                Err(Error::Refused(format!(
                    "{}: {name} {:?} and field {:?} do not belong together; generate them again",
                    table.group(),
                    raw.shape(),
                    field.shape()
                )))
            }
        })
        .collect::<Result<Vec<_>>>()?;

    let mut found = Vec::new();
    for strength in 0..strengths {
        for realization in 0..realizations {
            let one = Realization {
                sites,
                strength,
                inputs: field.slice(ndarray::s![strength, realization, ..]).to_vec(),
                energy_densities: energy_densities.to_vec(),
                targets: places
                    .iter()
                    .flat_map(|&energy| {
                        let value = move |(raw, scale): &(ArrayView3<f64>, f64)| {
                            raw[[strength, realization, energy]] / scale
                        };
                        columns.iter().map(value)
                    })
                    .collect(),
            };
            if one.targets.iter().any(|value| value.is_nan()) {
                continue;
            }
            let wrong = match one.targets.iter().position(|value| value.is_infinite()) {
                Some(place) => Some(targets[place % targets.len()].as_str()),
                None if one.inputs.iter().all(|value| value.is_finite()) => None,
                // Unfinished realizations have neither.
                None => Some("field"),
            };
            if let Some(name) = wrong {
                return Err(Error::Refused(format!(
                    "{}/{name} is not finite at [{strength}, {realization}]: correct it, or write NaN \
                     for the targets to leave the realization out",
                    table.group()
                )));
            }
            found.push(one);
        }
    }
    Ok(found)
}

/// What a stored value of `target` is divided by; 1 for one that is not an indicator of ours.
pub fn scale(target: &str, normalisation: Normalisation, sites: usize) -> f64 {
    indicators::named(target).map_or(1.0, |known| (known.scale)(normalisation, sites))
}
