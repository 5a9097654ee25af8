//! data.h5 in memory: an entry for every task of a deck, filled as results come in.

use ndarray::{Axis, IxDyn};

use super::differences::differences;
use super::quantities::{COMPLETE, quantities};
use super::table::Table;
use super::{Contents, Record};
use crate::deck::Deck;
use crate::error::{Error, Result};
use crate::plan::{Plan, Split, Task};

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;
    use crate::deck;
    use crate::plan::{Knowledge, Machine};
    use crate::store::WindowRecord;

    fn plan(strengths: &str) -> Plan {
        let deck = format!(
            r#"version = 1
            name = "case"
            output = "out/case"
            chain = {{ sizes = [8] }}
            disorder = {{ strengths = {strengths}, realizations = {{ train = 2 }}, seed = 1 }}
            [spectrum]
            energy_densities = [0.3, 0.5]
            states = 4
            indicators = ["gap_ratio"]"#
        );
        let machine = Machine {
            host: "test".to_owned(),
            cores: 1,
            memory: 1 << 34,
            free_disk: None,
        };
        let source = deck::parse(Path::new("case.toml"), deck, &[]).unwrap();
        Plan::new(source, machine, 1, 1, Knowledge::default()).unwrap()
    }

    fn task(strength: f64, realization: u32) -> Task {
        Task {
            sites: 8,
            strength,
            split: Split::Train,
            realization,
        }
    }

    /// A realization whose second window is `second`.
    fn record(task: Task, second: std::result::Result<f64, &str>) -> Record {
        let window = |value| WindowRecord {
            indicators: vec![value],
            states: 4,
            residual: 1e-13,
            energies: Vec::new(),
        };
        Record {
            task,
            field: vec![1.0; 8],
            energy_min: -10.0,
            energy_max: 10.0,
            windows: vec![Ok(window(0.4)), second.map(window).map_err(str::to_owned)],
        }
    }

    fn values(assembly: &Assembly, name: &str) -> Vec<f64> {
        let quantity = &assembly.tables()[0].quantities[name];
        quantity.values.iter().copied().collect()
    }

    #[test]
    fn a_window_that_failed_is_marked_beside_one_that_did_not() {
        let mut assembly = Assembly::new(&plan("[2.0]"));
        let task = task(2.0, 1);
        assert!(!assembly.finished(&task) && !assembly.holds_results());
        assembly.insert(&record(task, Err("dark"))).unwrap();
        assert!(assembly.finished(&task) && assembly.failed(&task) && assembly.holds_results());
        let nan = f64::NAN.to_string();
        let shown: Vec<String> = values(&assembly, "complete")
            .iter()
            .map(f64::to_string)
            .collect();
        assert_eq!(shown, [&nan, &nan, "1", "0"]);
        assert_eq!(values(&assembly, "gap_ratio")[2], 0.4);
        assert!(values(&assembly, "gap_ratio")[3].is_nan());
        let expected = BTreeMap::from([([0, 1, 1], "dark".to_owned())]);
        assert_eq!(assembly.tables()[0].failures, expected);

        // Solved after all: no trace of the failure is left.
        assembly.insert(&record(task, Ok(0.5))).unwrap();
        assert!(assembly.finished(&task) && !assembly.failed(&task));
        assert_eq!(values(&assembly, "gap_ratio")[3], 0.5);
        assert_eq!(values(&assembly, "complete")[3], 1.0);
    }

    /// Reasons move with their realizations when the deck asks for a weaker disorder too.
    #[test]
    fn failures_are_adopted_in_their_new_place() {
        let old = plan("[2.0]");
        let mut assembly = Assembly::new(&old);
        assembly.insert(&record(task(2.0, 1), Err("dark"))).unwrap();
        let contents = Contents {
            attributes: BTreeMap::from([("deck_resolved".to_owned(), old.deck().resolved())]),
            tables: assembly.tables().to_vec(),
        };
        let new = plan("[1.0, 2.0]");
        let mut grown = Assembly::new(&new);
        grown.adopt(new.deck(), &contents).unwrap();
        assert!(grown.failed(&task(2.0, 1)) && !grown.finished(&task(1.0, 1)));
        let expected = BTreeMap::from([([1, 1, 1], "dark".to_owned())]);
        assert_eq!(grown.tables()[0].failures, expected);
    }
}
