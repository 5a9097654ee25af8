//! What a network learns from: fields and the exact indicators that belong to them.

use crate::error::{Error, Result};
use crate::indicators::{self, Normalisation};
use crate::store::Table;

/// One realization at one energy density.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The place of its disorder strength in its table.
    pub strength: usize,
    /// The field h_1 … h_L.
    pub field: Vec<f64>,
    /// The indicators, normalised.
    pub targets: Vec<f64>,
}

/// The samples of a table, in its order, without realizations that lack a value.
///
/// # Errors
/// When the table lacks a quantity or the energy density, or quantities differ in shape.
pub fn samples(
    table: &Table,
    targets: &[String],
    normalisation: Normalisation,
    energy_density: f64,
) -> Result<Vec<Sample>> {
    let energy = table.energy_density_index(energy_density)?;
    let field = table.by_realization("field")?;
    let (strengths, realizations, sites) = field.dim();
    let energies = table.energy_densities.len();
    let columns = targets
        .iter()
        .map(|name| {
            let raw = table.by_realization(name)?;
            if raw.dim() == (strengths, realizations, energies) && sites == table.sites {
                Ok((raw, indicators::scale(name, normalisation, sites)))
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
            let sample = Sample {
                strength,
                field: field.slice(ndarray::s![strength, realization, ..]).to_vec(),
                targets: columns
                    .iter()
                    .map(|(raw, scale)| raw[[strength, realization, energy]] / scale)
                    .collect(),
            };
            let mut values = sample.field.iter().chain(&sample.targets);
            if values.all(|value| value.is_finite()) {
                found.push(sample);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::fixture;
    use crate::plan::Split;

    #[test]
    fn samples_are_normalised_and_complete() {
        let mut table = fixture::table(8, Split::Train, &[1.0, 4.0], 5);
        let entropy = table.quantities.get_mut("entanglement").unwrap();
        entropy.values[[0, 3, 0]] = f64::NAN;
        let raw = entropy.values[[1, 0, 0]];
        let targets = ["gap_ratio", "entanglement"].map(str::to_owned);
        for normalisation in [Normalisation::Sector, Normalisation::Page] {
            let samples = samples(&table, &targets, normalisation, 0.5).unwrap();
            assert_eq!(samples.len(), 9);
            assert_eq!(samples[4].strength, 1);
            let scale = normalisation.half_chain_entropy(8);
            assert_eq!(samples[4].targets[1], raw / scale);
            assert_eq!(
                samples[4].targets[0],
                table.quantities["gap_ratio"].values[[1, 0, 0]]
            );
            assert_eq!(
                samples[8].field[7],
                table.quantities["field"].values[[1, 4, 7]]
            );
        }
    }

    #[test]
    fn missing_quantities_are_named() {
        let table = fixture::table(8, Split::Train, &[1.0], 2);
        let read = |target: &str, energy| {
            samples(&table, &[target.to_owned()], Normalisation::Sector, energy)
                .unwrap_err()
                .to_string()
        };
        assert!(read("spin_fraction", 0.5).contains("L08/train holds no \"spin_fraction\""));
        assert!(read("gap_ratio", 0.3).contains("no energy density 0.3"));
    }
}
