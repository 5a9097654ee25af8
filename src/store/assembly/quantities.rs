//! What data.h5 holds of every realization: names, dimensions, units, descriptions.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ndarray::ArrayD;

use super::axes::{of_levels, of_windows};
use crate::deck::QUENCH;
use crate::plan::Generation;
use crate::quench::Quench;
use crate::store::table::Dimension::{
    self, EnergyDensity, Realization, Sample, Site, State, Strength, Time,
};
use crate::store::table::{Quantity, Table};

/// The axes of a quantity with one value for each window.
const WINDOW: &[Dimension] = &[Strength, Realization, EnergyDensity];

/// A quantity without its values.
struct Kind {
    name: Cow<'static, str>,
    dimensions: Vec<Dimension>,
    units: &'static str,
    description: &'static str,
}

/// The name of the bound that a window is complete by.
pub const MISSED: &str = "missed";

/// What every campaign stores, beside its indicators.
fn always() -> [Kind; 7] {
    [
        Kind {
            name: "field".into(),
            dimensions: vec![Strength, Realization, Site],
            units: "J",
            description: "random field h_i",
        },
        Kind {
            name: "energy_min".into(),
            dimensions: vec![Strength, Realization],
            units: "J",
            description: "lowest energy of the sector",
        },
        Kind {
            name: "energy_max".into(),
            dimensions: vec![Strength, Realization],
            units: "J",
            description: "highest energy of the sector",
        },
        Kind {
            name: Table::COMPLETE.into(),
            dimensions: WINDOW.to_vec(),
            units: "1",
            description: "1 where the window is proven to miss no level, 0 where it could not be solved",
        },
        Kind {
            name: "states".into(),
            dimensions: WINDOW.to_vec(),
            units: "1",
            description: "eigenstates in the window",
        },
        Kind {
            name: "residual".into(),
            dimensions: WINDOW.to_vec(),
            units: "J",
            description: "largest |H v - E v| of the window's eigenstates",
        },
        Kind {
            name: MISSED.into(),
            dimensions: WINDOW.to_vec(),
            units: "1",
            description: "bound of the probability that the window misses a level; 0 where levels were counted",
        },
    ]
}

/// Stored if the deck has `store_energies`.
fn energy() -> Kind {
    Kind {
        name: "energy".into(),
        dimensions: vec![Strength, Realization, EnergyDensity, State],
        units: "J",
        description: "energies of the window",
    }
}

/// The error of the states of quenches, and the spins at time 0.
pub const QUENCH_ERROR: &str = "quench_error";
pub const QUENCH_INITIAL: &str = "quench_initial";

/// What is stored of quenches.
fn of_quench(quench: &Quench) -> Vec<Kind> {
    let mut kinds = vec![
        Kind {
            name: Table::QUENCH_COMPLETE.into(),
            dimensions: vec![Strength, Realization],
            units: "1",
            description: "1 where the quenches are done, 0 where they could not be done",
        },
        Kind {
            name: QUENCH_ERROR.into(),
            dimensions: vec![Strength, Realization, Sample],
            units: "1",
            description: "bound of the error of a state: terms left out, change of norm and energy",
        },
        Kind {
            name: QUENCH_INITIAL.into(),
            dimensions: vec![Strength, Realization, Sample, Site],
            units: "1",
            description: "sigma^z of each site at time 0",
        },
    ];
    kinds.extend(quench.observables.iter().map(|observable| {
        Kind {
            name: format!("{QUENCH}{}", observable.name).into(),
            dimensions: [Strength, Realization, Sample]
                .into_iter()
                .chain(observable.axes.iter().copied().map(of_windows))
                .chain([Time])
                .collect(),
            units: observable.units,
            description: observable.description,
        }
    }));
    kinds
}

/// The quantities of a table whose dimensions have these lengths, all NaN.
pub fn quantities(
    length: impl Fn(Dimension) -> usize,
    generation: &Generation,
) -> BTreeMap<String, Quantity> {
    let indicators = generation.indicators.iter().map(|indicator| Kind {
        name: indicator.name.into(),
        dimensions: WINDOW.to_vec(),
        units: indicator.units,
        description: indicator.description,
    });
    let observables = generation.observables.iter().map(|observable| Kind {
        name: observable.name.into(),
        dimensions: (WINDOW.iter().copied())
            .chain(observable.axes.iter().copied().map(of_windows))
            .collect(),
        units: observable.units,
        description: observable.description,
    });
    let statistics = generation.statistics.iter().map(|statistic| Kind {
        name: statistic.name.into(),
        dimensions: ([Strength, Realization].into_iter())
            .chain(statistic.axes.iter().copied().map(of_levels))
            .collect(),
        units: statistic.units,
        description: statistic.description,
    });
    let kinds = always().into_iter().chain(indicators).chain(observables);
    let kinds = kinds.chain(statistics);
    let kinds = kinds.chain(generation.spectrum.store_energies.then(energy));
    let kinds = kinds.chain(generation.quench.iter().flat_map(of_quench));
    let quantity = |kind: Kind| {
        let shape: Vec<usize> = kind.dimensions.iter().map(|&it| length(it)).collect();
        let quantity = Quantity {
            dimensions: kind.dimensions,
            units: kind.units.to_owned(),
            description: kind.description.to_owned(),
            values: ArrayD::from_elem(shape, f64::NAN),
        };
        (kind.name.into_owned(), quantity)
    };
    kinds.map(quantity).collect()
}
