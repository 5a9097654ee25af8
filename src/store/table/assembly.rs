//! data.h5 in memory: an entry for every task of a deck, filled as results come in.

use std::ops::RangeInclusive;

use ndarray::{Axis, IxDyn};

use super::differences::differences;
use super::quantities::{COMPLETE, quantities};
use super::{Dimension, Table};
use crate::chain::Task;
use crate::deck::{Deck, Split};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::store::hdf5::Contents;
use crate::store::journal::Record;

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
                let realizations = disorder.realizations.of(split, size.sites) as usize;
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

    /// The tables of data.h5 as it is.
    ///
    /// # Errors
    /// [`Error::Refused`] when it does not hold its deck.
    pub fn of(contents: Contents) -> Result<Self> {
        let spectrum = deck_of(&contents)?.spectrum;
        Ok(Self {
            indicators: spectrum.map_or(Vec::new(), |spectrum| spectrum.indicators),
            tables: contents.tables,
        })
    }

    /// The tables as they are now.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The windows of a task that are not there, as places among the deck's energy densities: those
    /// that have not been tried, and with `again` those that failed.
    pub fn missing(&self, task: &Task, again: bool) -> Vec<usize> {
        let Some((table, h)) = self.place(task) else {
            return Vec::new();
        };
        let r = task.realization as usize;
        let Table {
            quantities,
            energy_densities,
            ..
        } = &self.tables[table];
        let complete = &quantities[COMPLETE].values;
        (0..energy_densities.len())
            .filter(|&e| {
                let complete = complete[IxDyn(&[h, r, e])];
                complete.is_nan() || again && complete == 0.0
            })
            .collect()
    }

    /// Whether a window of a task failed.
    pub fn failed(&self, task: &Task) -> bool {
        self.place(task).is_some_and(|(table, h)| {
            let realization = of_realization(h, task.realization as usize);
            let mut failures = self.tables[table].failures.range(realization);
            failures.next().is_some()
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
            return Err(not_asked_for(&task.to_string()));
        };
        let Table {
            quantities,
            energy_densities,
            failures,
            ..
        } = &mut self.tables[table];
        let r = task.realization as usize;
        let mut put = |name: &str, place: &[usize], value: f64| {
            let quantity = quantities.get_mut(name).expect("made by quantities()");
            quantity.values[IxDyn(place)] = value;
        };
        put("energy_min", &[h, r], record.energy_min);
        put("energy_max", &[h, r], record.energy_max);
        for (site, value) in record.field.iter().enumerate() {
            put("field", &[h, r, site], *value);
        }
        for (density, outcome) in &record.windows {
            let Some(e) = energy_densities.iter().position(|it| it == density) else {
                return Err(not_asked_for(&format!("{task} at ε = {density}")));
            };
            put(COMPLETE, &[h, r, e], f64::from(u8::from(outcome.is_ok())));
            let window = match outcome {
                Ok(window) => window,
                Err(reason) => {
                    failures.insert([h, r, e], reason.clone());
                    continue;
                }
            };
            failures.remove(&[h, r, e]);
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
    /// strengths, sizes or energy densities.
    ///
    /// # Errors
    /// [`Error::Refused`] when the deck of that run computed something else, or holds results that
    /// this one does not ask for; the message names what differs.
    pub fn adopt(&mut self, deck: &Deck, old: &Contents) -> Result<()> {
        let earlier = deck_of(old)?;
        let differing = differences(&earlier, deck);
        if !differing.is_empty() {
            return Err(Error::Refused(format!(
                "data.h5 was made by a deck with other values: {}; \
                 give this deck another output, or set data.h5 aside with --force",
                differing.join(", ")
            )));
        }
        for table in &old.tables {
            self.adopt_table(table)?;
        }
        Ok(())
    }

    /// Whether a file has an entry for every task of the plan, finished or not.
    pub fn has_shape_of(&self, contents: &Contents) -> bool {
        let coordinates = |table: &Table| {
            let mut coordinates = table.strengths.clone();
            coordinates.extend(&table.energy_densities);
            (table.group(), coordinates, table.dimensions())
        };
        let mine = self.tables.iter().map(coordinates);
        mine.eq(contents.tables.iter().map(coordinates))
    }

    fn adopt_table(&mut self, old: &Table) -> Result<()> {
        let Some(complete) = old.quantities.get(COMPLETE) else {
            return Err(Error::Refused(
                "data.h5 does not say which windows are complete: an earlier version of this \
                 program wrote it; give this deck another output, or move data.h5 away"
                    .to_owned(),
            ));
        };
        let done = complete.values.view();
        for (h, &strength) in old.strengths.iter().enumerate() {
            for r in 0..done.shape()[1] {
                let windows = done.index_axis(Axis(0), h);
                if windows.index_axis(Axis(0), r).iter().all(|it| it.is_nan()) {
                    continue;
                }
                let task = Task {
                    sites: old.sites,
                    strength,
                    split: old.split,
                    realization: r as u32,
                };
                let Some((table, place)) = self.place(&task) else {
                    return Err(not_asked_for(&task.to_string()));
                };
                let new = &mut self.tables[table];
                let densities = places(&old.energy_densities, &new.energy_densities)
                    .map_err(|density| not_asked_for(&format!("{task} at ε = {density}")))?;
                for (at, reason) in old.failures.range(of_realization(h, r)) {
                    let at = [place, r, densities[at[2]]];
                    new.failures.insert(at, reason.clone());
                }
                for (name, quantity) in &mut new.quantities {
                    let from = old.quantity(name)?.values.view();
                    let from = from.index_axis(Axis(0), h);
                    let from = from.index_axis(Axis(0), r);
                    let mut to = quantity.values.index_axis_mut(Axis(0), place);
                    let mut to = to.index_axis_mut(Axis(0), r);
                    if quantity.dimensions.contains(&Dimension::EnergyDensity) {
                        for (e, &density) in densities.iter().enumerate() {
                            let from = from.index_axis(Axis(0), e);
                            to.index_axis_mut(Axis(0), density).assign(&from);
                        }
                    } else {
                        to.assign(&from);
                    }
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

/// The deck that a file was made by.
fn deck_of(contents: &Contents) -> Result<Deck> {
    let text = contents.attributes.get("deck_resolved");
    text.and_then(|text| toml::from_str(text).ok())
        .ok_or_else(|| Error::Refused("data.h5 does not hold its deck".to_owned()))
}

/// The failures of one realization.
fn of_realization(h: usize, r: usize) -> RangeInclusive<[usize; 3]> {
    [h, r, 0]..=[h, r, usize::MAX]
}

/// Where each of the old energy densities is among the new; the first that is not.
fn places(old: &[f64], new: &[f64]) -> std::result::Result<Vec<usize>, f64> {
    let place = |density: &f64| new.iter().position(|it| it == density).ok_or(*density);
    old.iter().map(place).collect()
}

fn not_asked_for(what: &str) -> Error {
    Error::Refused(format!(
        "a result for {what} is there, which the deck no longer asks for; ask for it again, give \
         the deck another output, or set data.h5 aside with --force"
    ))
}

#[cfg(test)]
mod tests;
