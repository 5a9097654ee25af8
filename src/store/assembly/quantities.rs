//! What data.h5 holds of every realization: names, dimensions, units, descriptions.

use std::collections::BTreeMap;

use ndarray::ArrayD;

use super::axes::{of_levels, of_windows};
use crate::plan::Generation;
use crate::store::table::Dimension::{self, EnergyDensity, Realization, Site, State, Strength};
use crate::store::table::{Quantity, Table};

/// The axes of a quantity with one value for each window.
const WINDOW: &[Dimension] = &[Strength, Realization, EnergyDensity];

/// A quantity without its values.
struct Kind {
    name: &'static str,
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
            name: "field",
            dimensions: vec![Strength, Realization, Site],
            units: "J",
            description: "random field h_i",
        },
        Kind {
            name: "energy_min",
            dimensions: vec![Strength, Realization],
            units: "J",
            description: "lowest energy of the sector",
        },
        Kind {
            name: "energy_max",
            dimensions: vec![Strength, Realization],
            units: "J",
            description: "highest energy of the sector",
        },
        Kind {
            name: Table::COMPLETE,
            dimensions: WINDOW.to_vec(),
            units: "1",
            description: "1 where the window is proven to miss no level, 0 where it could not be solved",
        },
        Kind {
            name: "states",
            dimensions: WINDOW.to_vec(),
            units: "1",
            description: "eigenstates in the window",
        },
        Kind {
            name: "residual",
            dimensions: WINDOW.to_vec(),
            units: "J",
            description: "largest |H v - E v| of the window's eigenstates",
        },
        Kind {
            name: MISSED,
            dimensions: WINDOW.to_vec(),
            units: "1",
            description: "bound of the probability that the window misses a level; 0 where levels were counted",
        },
    ]
}

/// Stored if the deck has `store_energies`.
fn energy() -> Kind {
    Kind {
        name: "energy",
        dimensions: vec![Strength, Realization, EnergyDensity, State],
        units: "J",
        description: "energies of the window",
    }
}

/// The quantities of a table whose dimensions have these lengths, all NaN.
pub fn quantities(
    length: impl Fn(Dimension) -> usize,
    generation: &Generation,
) -> BTreeMap<String, Quantity> {
    let indicators = generation.indicators.iter().map(|indicator| Kind {
        name: indicator.name,
        dimensions: WINDOW.to_vec(),
        units: indicator.units,
        description: indicator.description,
    });
    let observables = generation.observables.iter().map(|observable| Kind {
        name: observable.name,
        dimensions: (WINDOW.iter().copied())
            .chain(observable.axes.iter().copied().map(of_windows))
            .collect(),
        units: observable.units,
        description: observable.description,
    });
    let statistics = generation.statistics.iter().map(|statistic| Kind {
        name: statistic.name,
        dimensions: ([Strength, Realization].into_iter())
            .chain(statistic.axes.iter().copied().map(of_levels))
            .collect(),
        units: statistic.units,
        description: statistic.description,
    });
    let kinds = always().into_iter().chain(indicators).chain(observables);
    let kinds = kinds.chain(statistics);
    let kinds = kinds.chain(generation.spectrum.store_energies.then(energy));
    let quantity = |kind: Kind| {
        let shape: Vec<usize> = kind.dimensions.iter().map(|&it| length(it)).collect();
        let quantity = Quantity {
            dimensions: kind.dimensions,
            units: kind.units.to_owned(),
            description: kind.description.to_owned(),
            values: ArrayD::from_elem(shape, f64::NAN),
        };
        (kind.name.to_owned(), quantity)
    };
    kinds.map(quantity).collect()
}
