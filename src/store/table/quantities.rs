//! What data.h5 holds of every realization: names, dimensions, units, descriptions.

use ndarray::ArrayD;

use super::{Dimension, Quantity, Table};
use crate::deck::Deck;
use crate::indicators;

/// The quantity that says which windows are there: NaN until a task is done.
pub const COMPLETE: &str = "complete";

/// The quantities of a table, all NaN.
pub fn quantities(
    table: &Table,
    realizations: usize,
    states: usize,
    deck: &Deck,
) -> Vec<(String, Quantity)> {
    use Dimension::{EnergyDensity, Realization, Site, State, Strength};
    let length = |dimension| match dimension {
        Strength => table.strengths.len(),
        Realization => realizations,
        EnergyDensity => table.energy_densities.len(),
        Site => table.sites,
        State => states,
        Dimension::Member => unreachable!("data have no members"),
    };
    let make = |name: &str, dimensions: &[Dimension], units: &str, description: &str| {
        let shape: Vec<usize> = dimensions
            .iter()
            .map(|&dimension| length(dimension))
            .collect();
        let quantity = Quantity {
            dimensions: dimensions.to_vec(),
            units: units.to_owned(),
            description: description.to_owned(),
            values: ArrayD::from_elem(shape, f64::NAN),
        };
        (name.to_owned(), quantity)
    };
    let window = [Strength, Realization, EnergyDensity];
    let mut all = vec![
        make(
            "field",
            &[Strength, Realization, Site],
            "J",
            "random field h_i",
        ),
        make(
            "energy_min",
            &window[..2],
            "J",
            "lowest energy of the sector",
        ),
        make(
            "energy_max",
            &window[..2],
            "J",
            "highest energy of the sector",
        ),
        make(
            COMPLETE,
            &window,
            "1",
            "1 where the window is proven to miss no level, 0 where it could not be solved",
        ),
        make("states", &window, "1", "eigenstates in the window"),
        make(
            "residual",
            &window,
            "J",
            "largest |H v - E v| of the window's eigenstates",
        ),
    ];
    let spectrum = deck.spectrum.as_ref();
    for name in spectrum.map_or(&[][..], |spectrum| &spectrum.indicators) {
        let known = indicators::named(name).expect("the deck was checked");
        all.push(make(name, &window, known.units, known.description));
    }
    if spectrum.is_some_and(|spectrum| spectrum.store_energies) {
        let dimensions = [Strength, Realization, EnergyDensity, State];
        all.push(make("energy", &dimensions, "J", "energies of the window"));
    }
    all
}
