//! data.h5 in memory: an entry for every task of a deck, filled as results come in.

use ndarray::{ArrayD, Axis, IxDyn};

use super::table::{Dimension, Quantity, Table};
use super::{Contents, Record};
use crate::deck::Deck;
use crate::error::{Error, Result};
use crate::indicators;
use crate::plan::{Plan, Split, Task};

/// The quantity that says which windows are there: NaN until a task is done.
const COMPLETE: &str = "complete";

/// Tables with an entry for every task of a plan; NaN until it is finished.
pub struct Assembly {
    tables: Vec<Table>,
    indicators: Vec<String>,
}

impl Assembly {
    /// The tables of a plan, unfinished throughout.
    pub fn new(plan: &Plan) -> Self {
        let deck = plan.deck();
        let (Some(disorder), Some(spectrum)) = (&deck.disorder, &deck.spectrum) else {
            return Self {
                tables: Vec::new(),
                indicators: Vec::new(),
            };
        };
        let mut tables = Vec::new();
        for size in &plan.sizes {
            for split in Split::ALL {
                let realizations = disorder.realizations.of(split) as usize;
                if realizations == 0 {
                    continue;
                }
                let mut table = Table {
                    sites: size.sites,
                    split,
                    strengths: disorder.strengths.0.clone(),
                    energy_densities: spectrum.energy_densities.0.clone(),
                    quantities: Default::default(),
                    solver: Some(size.method.name.to_owned()),
                    failures: Default::default(),
                };
                let states = size.workload.states;
                for (name, quantity) in quantities(&table, realizations, states, deck) {
                    table.quantities.insert(name, quantity);
                }
                tables.push(table);
            }
        }
        tables.sort_by_key(|table| (table.sites, table.split));
        Self {
            tables,
            indicators: spectrum.indicators.clone(),
        }
    }

    /// The tables as they are now.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Whether a task has been done, be it that a window failed.
    pub fn finished(&self, task: &Task) -> bool {
        self.place(task).is_some_and(|(table, h)| {
            let entry = [h, task.realization as usize, 0];
            !self.tables[table].quantities[COMPLETE].values[IxDyn(&entry)].is_nan()
        })
    }

    /// Whether a window of a task failed.
    pub fn failed(&self, task: &Task) -> bool {
        self.place(task).is_some_and(|(table, h)| {
            let mut failures = self.tables[table].failures.keys();
            failures.any(|place| place[..2] == [h, task.realization as usize])
        })
    }

    /// Whether any window is there, and proven to be complete.
    pub fn holds_results(&self) -> bool {
        let mut tables = self.tables.iter();
        tables.any(|table| {
            table.quantities[COMPLETE]
                .values
                .iter()
                .any(|&it| it == 1.0)
        })
    }

    /// Puts a result in its place.
    ///
    /// # Errors
    /// [`Error::Refused`] when the plan has no such task.
    pub fn insert(&mut self, record: &Record) -> Result<()> {
        let task = record.task;
        let Some((table, h)) = self.place(&task) else {
            return Err(Error::Refused(format!(
                "a result for {task} is there, which the deck does not ask for; \
                 give the deck another output, or restore what it asked for"
            )));
        };
        let Table {
            quantities,
            failures,
            ..
        } = &mut self.tables[table];
        let r = task.realization as usize;
        failures.retain(|place, _| place[..2] != [h, r]);
        let mut put = |name: &str, place: &[usize], value: f64| {
            let quantity = quantities.get_mut(name).expect("made by quantities()");
            quantity.values[IxDyn(place)] = value;
        };
        put("energy_min", &[h, r], record.energy_min);
        put("energy_max", &[h, r], record.energy_max);
        for (site, value) in record.field.iter().enumerate() {
            put("field", &[h, r, site], *value);
        }
        for (e, outcome) in record.windows.iter().enumerate() {
            put(COMPLETE, &[h, r, e], f64::from(u8::from(outcome.is_ok())));
            let window = match outcome {
                Ok(window) => window,
                Err(reason) => {
                    failures.insert([h, r, e], reason.clone());
                    continue;
                }
            };
            for (name, value) in self.indicators.iter().zip(&window.indicators) {
                put(name, &[h, r, e], *value);
            }
            put("states", &[h, r, e], window.states as f64);
            put("residual", &[h, r, e], window.residual);
            for (state, energy) in window.energies.iter().enumerate() {
                put("energy", &[h, r, e, state], *energy);
            }
        }
        Ok(())
    }

    /// Takes over the results of an earlier run, which may have asked for fewer realizations,
    /// strengths or sizes.
    ///
    /// # Errors
    /// [`Error::Refused`] when the deck of that run computed something else, or holds results that
    /// this one does not ask for; the message names what differs.
    pub fn adopt(&mut self, deck: &Deck, old: &Contents) -> Result<()> {
        let earlier: Deck = old
            .attributes
            .get("deck_resolved")
            .and_then(|text| toml::from_str(text).ok())
            .ok_or_else(|| Error::Refused("data.h5 does not hold its deck".to_owned()))?;
        let differing = differences(&earlier, deck);
        if !differing.is_empty() {
            return Err(Error::Refused(format!(
                "data.h5 was made by a deck with other values: {}; \
                 give this deck another output, or move data.h5 away",
                differing.join(", ")
            )));
        }
        for table in &old.tables {
            self.adopt_table(table)?;
        }
        Ok(())
    }

    fn adopt_table(&mut self, old: &Table) -> Result<()> {
        let done = old.quantity(COMPLETE)?.values.view();
        for (h, &strength) in old.strengths.iter().enumerate() {
            for r in 0..done.shape()[1] {
                if done[IxDyn(&[h, r, 0])].is_nan() {
                    continue;
                }
                let task = Task {
                    sites: old.sites,
                    strength,
                    split: old.split,
                    realization: r as u32,
                };
                let Some((table, place)) = self.place(&task) else {
                    return Err(Error::Refused(format!(
                        "data.h5 holds {task}, which the deck no longer asks for; \
                         give the deck another output, or ask for it again"
                    )));
                };
                let of_task = |at: &&[usize; 3]| at[..2] == [h, r];
                for at in old.failures.keys().filter(of_task) {
                    let reason = old.failures[at].clone();
                    self.tables[table]
                        .failures
                        .insert([place, r, at[2]], reason);
                }
                for (name, quantity) in &mut self.tables[table].quantities {
                    let from = old.quantity(name)?.values.view();
                    quantity
                        .values
                        .index_axis_mut(Axis(0), place)
                        .index_axis_mut(Axis(0), r)
                        .assign(&from.index_axis(Axis(0), h).index_axis(Axis(0), r));
                }
            }
        }
        Ok(())
    }

    /// The table of a task, and the place of its strength there; none when it has no entry.
    fn place(&self, task: &Task) -> Option<(usize, usize)> {
        let table = self
            .tables
            .iter()
            .position(|table| table.sites == task.sites && table.split == task.split)?;
        let place = self.tables[table]
            .strengths
            .iter()
            .position(|&strength| strength == task.strength)?;
        let realizations = self.tables[table].quantities[COMPLETE].values.shape()[1];
        ((task.realization as usize) < realizations).then_some((table, place))
    }
}

/// The quantities of a table, all NaN.
fn quantities(
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
        let known = indicators::find(name).expect("the deck was checked");
        all.push(make(name, &window, known.units, known.description));
    }
    if spectrum.is_some_and(|spectrum| spectrum.store_energies) {
        let dimensions = [Strength, Realization, EnergyDensity, State];
        all.push(make("energy", &dimensions, "J", "energies of the window"));
    }
    all
}

/// The keys whose values change what a result is, where two decks differ in them.
fn differences(earlier: &Deck, now: &Deck) -> Vec<String> {
    let values = |deck: &Deck| {
        let (chain, disorder, spectrum) = (&deck.chain, &deck.disorder, &deck.spectrum);
        let chain = chain.as_ref();
        let spectrum = spectrum.as_ref();
        [
            ("chain.coupling", chain.map(|c| format!("{}", c.coupling))),
            (
                "chain.anisotropy",
                chain.map(|c| format!("{}", c.anisotropy)),
            ),
            ("chain.boundary", chain.map(|c| format!("{:?}", c.boundary))),
            (
                "disorder.kind",
                disorder.as_ref().map(|d| format!("{:?}", d.kind)),
            ),
            (
                "disorder.seed",
                disorder.as_ref().map(|d| d.seed.to_string()),
            ),
            (
                "spectrum.energy_densities",
                spectrum.map(|s| format!("{:?}", s.energy_densities.0)),
            ),
            (
                "spectrum.states",
                spectrum.map(|s| format!("{:?}", s.states)),
            ),
            ("spectrum.solver", spectrum.map(|s| s.solver.clone())),
            (
                "spectrum.indicators",
                spectrum.map(|s| s.indicators.join(" ")),
            ),
            (
                "spectrum.store_energies",
                spectrum.map(|s| s.store_energies.to_string()),
            ),
        ]
    };
    let text = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    values(earlier)
        .into_iter()
        .zip(values(now))
        .filter(|(before, after)| before != after)
        .map(|((key, before), (_, after))| {
            format!("{key} = {} there and {} here", text(before), text(after))
        })
        .collect()
}
