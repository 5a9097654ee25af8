//! data.h5 in memory: an entry for every task of a deck, filled as results come in.

mod adopt;
mod axes;
mod entry;
mod quantities;

use adopt::{adopt, has_place};
use axes::{coordinates, length_of};
use entry::{Entry, not_in_deck};
use quantities::{MISSED, QUENCH_ERROR, QUENCH_INITIAL, quantities};

use serde::{Deserialize, Serialize};

use super::hdf5::Contents;
use super::journal::Record;
use super::table::{Dimension, Table};
use crate::chain::{Task, spin};
use crate::deck::{Deck, QUENCH, Split, differences};
use crate::error::{Error, Result, number};
use crate::levels;
use crate::plan::{Generation, SizePlan};
use crate::quench::Outcome;

/// Tables with an entry for every task of a plan, NaN until it is finished.
pub struct Assembly {
    tables: Vec<Table>,
    indicators: Vec<String>,
    observables: Vec<String>,
    statistics: Vec<String>,
    /// Of quenches; none without any.
    quench: Option<Vec<String>>,
}

/// What a task misses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lacking {
    /// Windows, as places among the deck's energy densities.
    pub windows: Vec<usize>,
    /// Whether the quenches.
    pub quench: bool,
}

impl Lacking {
    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty() && !self.quench
    }
}

impl Assembly {
    /// The tables of what is generated, unfinished throughout.
    pub fn new(sizes: &[SizePlan], generation: &Generation) -> Self {
        let Generation {
            disorder,
            spectrum,
            quench,
            ..
        } = generation;
        let times = quench.as_ref().map_or(Vec::new(), |it| it.times.clone());
        let mut tables = Vec::new();
        for size in sizes {
            for split in Split::ALL {
                let realizations = disorder.realizations.of(split, size.sites) as usize;
                if realizations == 0 {
                    continue;
                }
                let length = |dimension| match dimension {
                    Dimension::Strength => disorder.strengths.0.len(),
                    Dimension::Realization => realizations,
                    Dimension::EnergyDensity => spectrum.energy_densities.0.len(),
                    Dimension::Sample => quench.as_ref().map_or(0, |it| it.samples),
                    Dimension::Time => times.len(),
                    other => length_of(other, size.sites, spectrum),
                };
                tables.push(Table {
                    sites: size.sites,
                    split,
                    strengths: disorder.strengths.0.clone(),
                    energy_densities: spectrum.energy_densities.0.clone(),
                    coordinates: coordinates(generation),
                    quantities: quantities(length, generation),
                    // A deck that gets windows later chooses their solver then.
                    solver: (size.workload.targets > 0).then(|| size.method.name.to_owned()),
                    failures: Default::default(),
                    counts: Vec::new(),
                    unread: Default::default(),
                });
            }
        }
        tables.sort_by_key(|table| (table.sites, table.split));
        let indicators = generation.indicators.iter();
        let observables = generation.observables.iter();
        let statistics = generation.statistics.iter();
        Self {
            tables,
            indicators: indicators.map(|it| it.name.to_owned()).collect(),
            observables: observables.map(|it| it.name.to_owned()).collect(),
            statistics: statistics.map(|it| it.name.to_owned()).collect(),
            quench: quench.as_ref().map(|quench| {
                let names = quench.observables.iter();
                names.map(|it| it.name.to_owned()).collect()
            }),
        }
    }

    /// The tables of data.h5 as it is.
    ///
    /// # Errors
    /// [`Error::Refused`] when it does not hold its deck.
    pub fn of(contents: Contents) -> Result<Self> {
        let deck = deck_of(&contents)?;
        let (spectrum, quench) = (deck.spectrum, deck.quench);
        let (indicators, observables) = spectrum
            .map(|spectrum| (spectrum.indicators, spectrum.observables))
            .unwrap_or_default();
        let is_of_levels = |name: &String| levels::named(name).is_some();
        let (statistics, observables) = observables.into_iter().partition(is_of_levels);
        Ok(Self {
            tables: contents.tables,
            indicators,
            observables,
            statistics,
            quench: quench.map(|quench| quench.observables),
        })
    }

    /// The tables as they are now.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// What a task misses. With `retry` it includes what failed.
    pub fn missing(&self, task: &Task, retry: bool) -> Lacking {
        let Some(entry) = Entry::find(&self.tables, task) else {
            return Lacking::default();
        };
        let table = &self.tables[entry.table];
        let complete = table.quantities.get(Table::COMPLETE);
        let is_missing =
            |complete: Option<&f64>| complete.is_none_or(|&it| it.is_nan() || retry && it == 0.0);
        let of_window = |&e: &usize| {
            let place = [entry.strength, entry.realization, e];
            is_missing(complete.and_then(|it| it.values.get(&place[..])))
        };
        let windows = 0..table.energy_densities.len();
        Lacking {
            windows: windows.filter(of_window).collect(),
            quench: self.quench.is_some() && is_missing(table.quench(entry.place())),
        }
    }

    /// Whether a window of a task failed, or its quenches.
    pub fn failed(&self, task: &Task) -> bool {
        let entry = Entry::find(&self.tables, task);
        let quench = entry.and_then(|entry| self.tables[entry.table].quench(entry.place()));
        quench == Some(&0.0) || self.reasons(task).any(|(complete, _)| !complete)
    }

    /// Why windows of a task that are solved have indicators without a value.
    pub fn undefined(&self, task: &Task) -> impl Iterator<Item = &str> {
        let reasons = self.reasons(task);
        reasons.filter_map(|(complete, reason)| complete.then_some(reason))
    }

    /// Why values of a task are missing, and whether their window is complete.
    fn reasons(&self, task: &Task) -> impl Iterator<Item = (bool, &str)> {
        Entry::find(&self.tables, task)
            .into_iter()
            .flat_map(|entry| {
                let table = &self.tables[entry.table];
                let reasons = table.failures.range(entry.windows());
                reasons.map(|(place, reason)| (table.is_complete(*place), reason.as_str()))
            })
    }

    /// Whether any window is solved, or any quench done.
    pub fn holds_results(&self) -> bool {
        let quantities = self.tables.iter().map(|table| &table.quantities);
        let names = [Table::COMPLETE, Table::QUENCH_COMPLETE];
        let mut complete = quantities.flat_map(|it| names.iter().filter_map(|name| it.get(*name)));
        complete.any(|it| it.values.iter().any(|&value| value == 1.0))
    }

    /// Adds a result.
    ///
    /// # Errors
    /// [`Error::Refused`] when the tables have no place for it.
    pub fn insert(&mut self, record: &Record) -> Result<()> {
        let task = record.task;
        let entry = Entry::find(&self.tables, &task);
        let entry = entry.ok_or_else(|| not_in_deck(&task.to_string()))?;
        let (h, r) = (entry.strength, entry.realization);
        let table = &mut self.tables[entry.table];
        // Quenches find the extreme energies anew, with other last digits than a solver.
        if !record.windows.is_empty() || table.energy_densities.is_empty() {
            table.set("energy_min", &[h, r], record.energy_min)?;
            table.set("energy_max", &[h, r], record.energy_max)?;
        }
        for (name, values) in self.statistics.iter().zip(&record.levels) {
            table.set_all(name, &[h, r], values)?;
        }
        for (site, value) in record.field.iter().enumerate() {
            table.set("field", &[h, r, site], *value)?;
        }
        if let Some(outcome) = &record.quench {
            let done = f64::from(u8::from(outcome.is_ok()));
            table.set(Table::QUENCH_COMPLETE, &[h, r], done)?;
            if let (Ok(outcome), Some(names)) = (outcome, &self.quench) {
                insert_quench(table, [h, r], names, outcome)?;
            }
        }
        for (density, outcome) in &record.windows {
            let Some(e) = table.energy_densities.iter().position(|it| it == density) else {
                return Err(not_in_deck(&format!("{task} at ε = {}", number(*density))));
            };
            table.set(
                Table::COMPLETE,
                &[h, r, e],
                f64::from(u8::from(outcome.is_ok())),
            )?;
            let window = match outcome {
                Ok(window) => window,
                Err(reason) => {
                    table.failures.insert([h, r, e], reason.clone());
                    continue;
                }
            };
            match &window.undefined {
                Some(reason) => table.failures.insert([h, r, e], reason.clone()),
                None => table.failures.remove(&[h, r, e]),
            };
            for (name, value) in self.indicators.iter().zip(&window.indicators) {
                table.set(name, &[h, r, e], *value)?;
            }
            for (name, values) in self.observables.iter().zip(&window.observables) {
                table.set_all(name, &[h, r, e], values)?;
            }
            table.set("states", &[h, r, e], window.states as f64)?;
            table.set("residual", &[h, r, e], window.residual)?;
            table.set(MISSED, &[h, r, e], window.missed)?;
            for (state, energy) in window.energies.iter().enumerate() {
                table.set("energy", &[h, r, e, state], *energy)?;
            }
        }
        Ok(())
    }

    /// Takes over the results of an earlier run, whose deck may have had fewer realizations,
    /// strengths, sizes or energy densities.
    ///
    /// # Errors
    /// [`Error::Refused`] when the deck of that run computed something else, or when it holds results
    /// that this deck does not contain. The message names what differs.
    pub fn adopt(&mut self, deck: &Deck, old: &Contents) -> Result<()> {
        let earlier = deck_of(old)?;
        let differing = differences(&earlier.campaign_entries(), &deck.campaign_entries());
        if !differing.is_empty() {
            return Err(Error::Refused(format!(
                "data.h5 was made by a deck with other values: {}; give this deck another output, \
                 or set data.h5 aside with --force",
                differing.join(", ")
            )));
        }
        (old.tables.iter()).try_for_each(|table| adopt(&mut self.tables, table))
    }

    /// What a file holds that these tables have no place for, by path.
    ///
    /// # Errors
    /// Why a dataset that they have a place for cannot be read.
    pub fn added(&self, contents: &Contents) -> std::result::Result<Vec<String>, String> {
        let mut added = contents.others.clone();
        for table in &contents.tables {
            for (name, reason) in &table.unread {
                if has_place(&self.tables, name) {
                    return Err(reason.clone());
                }
            }
            let names = table.quantities.keys().chain(table.unread.keys());
            let others = names.filter(|name| !has_place(&self.tables, name));
            added.extend(others.map(|name| format!("{}/{name}", table.group())));
        }
        Ok(added)
    }

    /// Whether a file has an entry for every task of the deck, finished or not.
    pub fn has_shape_of(&self, contents: &Contents) -> bool {
        let coordinates = |table: &Table| {
            let mut coordinates = table.strengths.clone();
            coordinates.extend(&table.energy_densities);
            (table.group(), coordinates, table.dimensions())
        };
        let mine = self.tables.iter().map(coordinates);
        mine.eq(contents.tables.iter().map(coordinates))
    }
}

/// Adds what was observed of the quenches of a realization.
fn insert_quench(
    table: &mut Table,
    place: [usize; 2],
    names: &[String],
    outcome: &Outcome,
) -> Result<()> {
    let sites = 0..table.sites;
    let spins = (outcome.initial.iter())
        .flat_map(|&state| sites.clone().map(move |site| spin(state, site)));
    table.set_all(QUENCH_INITIAL, &place, &spins.collect::<Vec<f64>>())?;
    table.set_all(QUENCH_ERROR, &place, &outcome.errors)?;
    let values = names.iter().zip(&outcome.values);
    for (name, values) in values {
        table.set_all(&format!("{QUENCH}{name}"), &place, values)?;
    }
    Ok(())
}

/// The deck that a file was made by.
fn deck_of(contents: &Contents) -> Result<Deck> {
    let text = contents.attributes.get("deck_resolved");
    text.and_then(|text| Deck::from_resolved(text))
        .ok_or_else(|| Error::Refused("data.h5 does not hold its deck".to_owned()))
}

#[cfg(test)]
mod tests;
