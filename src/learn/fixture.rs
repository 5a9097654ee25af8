//! What the tests of this folder share: synthetic data that can be learned, untrained ensembles.

use std::collections::BTreeMap;

use ndarray::{Array2, Array3};

use super::ensemble::{Description, Ensemble};
use super::{kinds, parameters};
use crate::chain::random_field;
use crate::deck::Model;
use crate::indicators::Normalisation;
use crate::plan::{Split, Task};
use crate::store::{Dimension, Quantity, Table};

/// Fields (sample, site), uniform in ±`strength`.
pub fn fields(sites: usize, strength: f64, samples: u32) -> Array2<f64> {
    let mut flat = Vec::new();
    for realization in 0..samples {
        flat.extend(random_field(
            11,
            &Task {
                sites,
                strength,
                split: Split::Train,
                realization,
            },
        ));
    }
    Array2::from_shape_vec((samples as usize, sites), flat).unwrap()
}

/// A table with smooth functions of the field in place of two indicators, at ε = 0.5.
pub fn table(sites: usize, split: Split, strengths: &[f64], realizations: u32) -> Table {
    let flat: Vec<f64> = strengths
        .iter()
        .flat_map(|&strength| fields(sites, strength, realizations).into_iter())
        .collect();
    let shape = (strengths.len(), realizations as usize);
    let field = Array3::from_shape_vec((shape.0, shape.1, sites), flat).unwrap();
    let of_field = |function: &dyn Fn(f64) -> f64| {
        Array3::from_shape_fn((shape.0, shape.1, 1), |(strength, realization, _)| {
            let step = |site: usize| {
                let here = field[[strength, realization, site]];
                (here - field[[strength, realization, (site + 1) % sites]]).abs()
            };
            function((0..sites).map(step).sum::<f64>() / sites as f64)
        })
    };
    let entropy = Normalisation::Sector.half_chain_entropy(sites);
    let ratio = of_field(&|step| 0.39 + 0.14 / (1.0 + step));
    let entanglement = of_field(&|step| entropy * (-step / 3.0).exp());
    let quantity = |last, values: Array3<f64>| Quantity {
        dimensions: vec![Dimension::Strength, Dimension::Realization, last],
        units: "1".to_owned(),
        description: "synthetic".to_owned(),
        values: values.into_dyn(),
    };
    let quantities = BTreeMap::from([
        (
            "gap_ratio".to_owned(),
            quantity(Dimension::EnergyDensity, ratio),
        ),
        (
            "entanglement".to_owned(),
            quantity(Dimension::EnergyDensity, entanglement),
        ),
        ("field".to_owned(), quantity(Dimension::Site, field)),
    ]);
    Table {
        sites,
        split,
        strengths: strengths.to_vec(),
        energy_densities: vec![0.5],
        quantities,
        solver: None,
        failures: Default::default(),
    }
}

/// The paper's network for two targets with initial parameters.
pub fn untrained(members: usize) -> Ensemble {
    let targets = ["gap_ratio", "entanglement"].map(str::to_owned).to_vec();
    let model = Model::default();
    let network = kinds::build(&model, targets.len()).unwrap();
    Ensemble {
        parameters: parameters::initial(&network.shapes(), members, 3),
        network,
        description: Description {
            model,
            targets,
            normalisation: Normalisation::Sector,
            energy_density: 0.5,
            train_sizes: vec![8, 10],
            members,
        },
    }
}
