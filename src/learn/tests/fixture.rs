//! Shared by the tests of this room: synthetic data that can be learned, and untrained ensembles.

use std::collections::BTreeMap;

use ndarray::{Array2, Array3, Axis, concatenate};

use crate::chain::{Task, random_field};
use crate::comm::Communicator;
use crate::deck::{
    Input, Learn, LossKind, MissingTargets, NetworkDeck, Normalisation, QUENCH, Split, Symmetry,
};
use crate::error::Result;
use crate::indicators::{self, half_chain_entropy};
use crate::learn::ensemble::{Description, Ensemble};
use crate::learn::network::{
    Architecture, Blueprint, Loss, Network, TargetMap, initial_parameters,
};
use crate::learn::samples::{Condition, Selection, Wanted};
use crate::learn::study::{self, Outcome};
use crate::learn::training::Observer;
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

/// These targets, complete, in units of the sector.
pub fn wanted(targets: &[String]) -> Wanted<'_> {
    Wanted {
        targets,
        normalisation: Normalisation::Sector,
        missing: MissingTargets::LeaveOut,
    }
}

/// A table with smooth functions of the field instead of two indicators, at ε = 0.5.
pub fn table(sites: usize, split: Split, strengths: &[f64], realizations: u32) -> Table {
    table_at(sites, split, strengths, realizations, &[0.5])
}

/// The same, with functions that depend on ε too.
pub fn table_at(
    sites: usize,
    split: Split,
    strengths: &[f64],
    realizations: u32,
    energy_densities: &[f64],
) -> Table {
    let flat: Vec<f64> = strengths
        .iter()
        .flat_map(|&strength| fields(sites, strength, realizations).into_iter())
        .collect();
    let shape = (strengths.len(), realizations as usize);
    let field = Array3::from_shape_vec((shape.0, shape.1, sites), flat).unwrap();
    let of_field = |function: &dyn Fn(f64, f64) -> f64| {
        let shape = (shape.0, shape.1, energy_densities.len());
        Array3::from_shape_fn(shape, |(strength, realization, density)| {
            let step = |site: usize| {
                let here = field[[strength, realization, site]];
                (here - field[[strength, realization, (site + 1) % sites]]).abs()
            };
            let mean = (0..sites).map(step).sum::<f64>() / sites as f64;
            function(mean, energy_densities[density] - 0.5)
        })
    };
    let entropy = half_chain_entropy(Normalisation::Sector, sites);
    let ratio = of_field(&|step, density| 0.39 + 0.14 / (1.0 + step) + 0.1 * density);
    let entanglement = of_field(&|step, density| entropy * (-step / 3.0 + density).exp());
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
        energy_densities: energy_densities.to_vec(),
        quantities,
        coordinates: Default::default(),
        solver: None,
        failures: Default::default(),
        counts: Vec::new(),
        unread: Default::default(),
    }
}

/// The same functions of log₁₀ t, after quenches of two states. The names begin with "quench_". They are
/// what a network learns of windows, because quantities of quenches are not divided.
pub fn quenched(mut table: Table) -> Table {
    use Dimension::{EnergyDensity, Realization, Sample, Strength, Time};
    let times = table.energy_densities.drain(..);
    let times = times.map(|density| 10_f64.powf(density - 0.5)).collect();
    table.coordinates = BTreeMap::from([(Time, times)]);
    let quantities = std::mem::take(&mut table.quantities).into_iter();
    table.quantities = quantities
        .map(|(name, mut quantity)| {
            if !quantity.dimensions.contains(&EnergyDensity) {
                return (name, quantity);
            }
            quantity.dimensions = vec![Strength, Realization, Sample, Time];
            let scale = indicators::scale(&name, Normalisation::Sector, table.sites);
            let values = quantity.values.insert_axis(Axis(2)) / scale;
            quantity.values = concatenate![Axis(2), &values * 0.75, &values * 1.25];
            (format!("{QUENCH}{name}"), quantity)
        })
        .collect();
    table
}

/// The paper's network for two targets with initial parameters.
pub fn untrained(members: usize) -> Ensemble {
    ensemble(&NetworkDeck::default(), members)
}

/// The middle of the spectrum.
pub const MIDDLE: Condition = Condition::EnergyDensity(0.5);

/// A network for two targets, at ε = 0.5, with initial parameters.
pub fn ensemble(model: &NetworkDeck, members: usize) -> Ensemble {
    let description = Description {
        model: resolved(model),
        targets: ["gap_ratio", "entanglement"].map(str::to_owned).to_vec(),
        normalisation: Normalisation::Sector,
        condition: MIDDLE,
        train_sizes: vec![8, 10],
        members,
        maps: vec![TargetMap::IDENTITY; 2],
        loss: LossKind::Mse,
        symmetry: Symmetry::None,
        energy_densities: Vec::new(),
        times: Vec::new(),
        samples: 12,
    };
    let network = description.network(Loss::unweighted(LossKind::Mse, 2));
    Ensemble {
        parameters: initial_parameters(&network.tensor_specs(), members, 3),
        network,
        description,
    }
}

/// Every kind of network, with the options that change the gradient.
pub fn models() -> Vec<NetworkDeck> {
    let kind = |kind: &str, features| NetworkDeck {
        kind: kind.to_owned(),
        features,
        hidden: 5,
        ..NetworkDeck::default()
    };
    vec![
        NetworkDeck::default(),
        NetworkDeck {
            tuple: Some(1),
            input: Input::Centred,
            ..kind("gru", 5)
        },
        NetworkDeck {
            tuple: Some(3),
            degree_in_length: 2,
            ..kind("lstm", 3)
        },
        NetworkDeck {
            tuple: Some(4),
            ..kind("rnn", 4)
        },
        kind("cnn", 6),
        NetworkDeck {
            layers: Some(3),
            kernel: Some(2),
            ..kind("cnn", 3)
        },
        kind("ring-gru", 3),
        NetworkDeck {
            laps: Some(3),
            tuple: Some(1),
            ..kind("ring-gru", 2)
        },
        kind("half-ring-gru", 3),
        NetworkDeck {
            laps: Some(1),
            tuple: Some(3),
            ..kind("half-ring-gru", 2)
        },
    ]
}

/// A target with bounds.
pub const BOUNDED: TargetMap = TargetMap::Bounded {
    low: -0.5,
    high: 1.5,
};

/// A target in units of its own.
pub const SCALED: TargetMap = TargetMap::Linear {
    centre: 0.3,
    scale: 2.0,
};

/// The networks of [`models`], one of them with bounded outputs, weights and ε among its inputs.
pub fn networks() -> Vec<(String, Box<dyn Network>)> {
    models()
        .iter()
        .enumerate()
        .map(|(number, model)| {
            let blueprint = Blueprint {
                dimensions: model,
                maps: &[
                    if model.degree_in_length > 0 {
                        BOUNDED
                    } else {
                        TargetMap::IDENTITY
                    },
                    SCALED,
                ],
                loss: Loss {
                    kind: LossKind::Mse,
                    weights: vec![0.25, 0.75],
                    scales: vec![0.5, 2.0],
                },
                conditioned: model.degree_in_length > 0,
            };
            (
                format!("{} ({number})", model.kind),
                resolved(model).backend.build(&blueprint),
            )
        })
        .collect()
}

/// Initial parameters, larger than a training starts from.
pub fn parameters(network: &dyn Network, members: usize) -> Array2<f64> {
    initial_parameters(&network.tensor_specs(), members, 9) * 1.5
}

/// A network's description, its kind resolved.
pub fn resolved(model: &NetworkDeck) -> Architecture {
    model.clone().try_into().unwrap()
}

/// Trains what `learn` describes, at ε = 0.5 or at the times of quenches.
pub fn train(
    comm: &dyn Communicator,
    learn: &Learn,
    data: &[Table],
    observer: &mut dyn Observer,
) -> Result<Outcome> {
    let condition = Selection { data, learn }.middle_time().unwrap_or(MIDDLE);
    let kind = resolved(&learn.model).kind;
    study::train(
        comm,
        learn,
        &Architecture::new(kind, learn.model.clone(), learn.into()).unwrap(),
        condition,
        data,
        observer,
    )
}
