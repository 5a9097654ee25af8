//! Targets: quantities of a table, with the statistics that make one number of many.
//!
//! A target is written `NAME[:STATISTIC[:STATISTIC]]`. The first statistic is over the axes that the
//! quantity has beside strengths, realizations and energy densities or times, if there are any. The next
//! one is over the realizations.

use ndarray::{Array3, ArrayView3, ArrayViewD, Axis, CowArray, Ix3};

use super::statistic::Statistic;
use super::table::{Dimension, Table};
use crate::error::{Error, Result};

/// A target as a table has it.
#[derive(Debug)]
pub struct Target<'t> {
    /// The quantity that it is of.
    pub name: &'t str,
    /// What its values run over beside strengths and realizations: energy densities, or times.
    pub third: Dimension,
    /// Its values (h, realization, energy density or time).
    pub values: CowArray<'t, f64, Ix3>,
    /// What the target is over the realizations, if it says so.
    pub over_realizations: Option<Statistic>,
}

impl Table {
    /// The name of a target's quantity, and the words behind it. A name may have colons itself, as the
    /// names of predictions do, so the longest that the table has counts.
    fn split_target<'t>(&self, target: &'t str) -> (&'t str, Vec<&'t str>) {
        let mut name = target;
        while !self.has(name) {
            let Some((shorter, _)) = name.rsplit_once(':') else {
                return target
                    .split_once(':')
                    .map_or((target, Vec::new()), |(name, words)| {
                        (name, words.split(':').collect())
                    });
            };
            name = shorter;
        }
        let words = target[name.len()..].split(':').skip(1);
        (name, words.collect())
    }

    /// Whether the group has the quantity of a target, be it readable or not.
    pub fn has_target(&self, target: &str) -> bool {
        self.has(self.split_target(target).0)
    }

    /// What a target runs over beside strengths and realizations: energy densities, or times; none if its
    /// quantity cannot be read.
    pub fn third(&self, target: &str) -> Option<Dimension> {
        let quantity = self.quantities.get(self.split_target(target).0);
        quantity.map(|it| third_of(&it.dimensions))
    }

    /// The values of a target over (h, realization, energy density), or over times if it is of quenches.
    ///
    /// # Errors
    /// [`Error::Refused`] when the quantity is missing or runs over something else, or a statistic is not
    /// known or has no axis.
    pub fn target<'t>(&'t self, target: &'t str) -> Result<Target<'t>> {
        use Dimension::{Realization, Strength};
        let (name, words) = self.split_target(target);
        let statistics = words.iter().map(|word| Statistic::named(word));
        let statistics = statistics
            .collect::<std::result::Result<Vec<_>, String>>()
            .map_err(|wrong| Error::Refused(format!("{target}: {wrong}")))?;
        let mut statistics = statistics.into_iter();
        let dimensions = &self.quantity(name)?.dimensions;
        let third = third_of(dimensions);
        let own = [Strength, Realization, third];
        let has_more = dimensions.iter().any(|it| !own.contains(it));
        let values = if has_more && !dimensions.contains(&Dimension::Member) {
            let statistic = statistics.next().unwrap_or_default();
            CowArray::from(self.reduced(name, third, statistic)?)
        } else {
            CowArray::from(self.by_realization(name, third)?)
        };
        let over_realizations = statistics.next();
        if statistics.next().is_some() {
            return Err(Error::Refused(format!(
                "{target} has more statistics than {}/{name} has axes: take some out",
                self.group()
            )));
        }
        Ok(Target {
            name,
            third,
            values,
            over_realizations,
        })
    }

    /// The statistic of a quantity over its axes beside (h, realization, third).
    fn reduced(&self, name: &str, third: Dimension, statistic: Statistic) -> Result<Array3<f64>> {
        let own = [Dimension::Strength, Dimension::Realization, third];
        let dimensions = &self.quantity(name)?.dimensions;
        let more: Vec<Dimension> = dimensions
            .iter()
            .filter(|it| !own.contains(it))
            .copied()
            .collect();
        // Times are the last axis.
        let place = match third {
            Dimension::Time => 2 + more.len(),
            _ => 2,
        };
        let mut stored = [&own[..2], &more].concat();
        stored.insert(place, third);
        let values = self.over(name, &stored)?;
        let shape = values.shape();
        Ok(Array3::from_shape_fn(
            (shape[0], shape[1], shape[place]),
            |(strength, realization, last)| {
                let one: ArrayViewD<f64> = (values.view())
                    .index_axis_move(Axis(place), last)
                    .index_axis_move(Axis(0), strength)
                    .index_axis_move(Axis(0), realization);
                statistic.of(one.iter().copied())
            },
        ))
    }
}

fn third_of(dimensions: &[Dimension]) -> Dimension {
    match dimensions.contains(&Dimension::Time) {
        true => Dimension::Time,
        false => Dimension::EnergyDensity,
    }
}

impl Target<'_> {
    /// The values (h, realization, energy density or time).
    pub fn view(&self) -> ArrayView3<'_, f64> {
        self.values.view()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ndarray::ArrayD;

    use super::*;
    use crate::deck::Split;
    use crate::store::table::Quantity;

    /// Two strengths, two realizations, two energy densities; spins of three states and two sites.
    fn table() -> Table {
        use Dimension::{EnergyDensity, Realization, Site, State, Strength};
        let quantity = |dimensions: &[Dimension], shape: &[usize]| {
            let mut number = 0.0;
            let next = || {
                number += 1.0;
                number
            };
            Quantity {
                dimensions: dimensions.to_vec(),
                units: "1".to_owned(),
                description: String::new(),
                values: ArrayD::from_shape_simple_fn(shape.to_vec(), next),
            }
        };
        let window = [Strength, Realization, EnergyDensity];
        let spins = [&window[..], &[State, Site]].concat();
        let quantities = [
            ("gap_ratio", quantity(&window, &[2, 2, 2])),
            ("spins", quantity(&spins, &[2, 2, 2, 3, 2])),
            ("spins:std", quantity(&window, &[2, 2, 2])),
        ];
        Table {
            sites: 2,
            split: Split::Test,
            strengths: vec![1.0, 2.0],
            energy_densities: vec![0.3, 0.5],
            quantities: BTreeMap::from(quantities.map(|(name, it)| (name.to_owned(), it))),
            coordinates: Default::default(),
            solver: None,
            failures: BTreeMap::new(),
            counts: Vec::new(),
            unread: BTreeMap::new(),
        }
    }

    /// The window number w has the numbers 6w + 1 … 6w + 6.
    #[test]
    fn further_axes_are_reduced_together() {
        let mut table = table();
        for (target, of_first) in [
            ("spins", 3.5),
            ("spins:mean", 3.5),
            ("spins:median", 3.5),
            ("spins:typical", 720.0_f64.powf(1.0 / 6.0)),
        ] {
            let found = table.target(target).unwrap();
            assert_eq!((found.name, found.over_realizations), ("spins", None));
            assert_eq!(found.view().dim(), (2, 2, 2));
            assert!(
                (found.view()[[0, 0, 0]] - of_first).abs() < 1e-14,
                "{target}"
            );
        }
        assert_eq!(table.target("spins").unwrap().view()[[1, 0, 1]], 33.5);
        // A state that the window does not have, and a window without any.
        let spins = &mut table.quantities.get_mut("spins").unwrap().values;
        spins.slice_mut(ndarray::s![0, 0, 0, 2, ..]).fill(f64::NAN);
        spins.slice_mut(ndarray::s![1, 1, 1, .., ..]).fill(f64::NAN);
        let found = table.target("spins").unwrap();
        assert_eq!(found.view()[[0, 0, 0]], 2.5);
        assert!(found.view()[[1, 1, 1]].is_nan());
    }

    /// Values of three samples at two times, which are the last axis.
    #[test]
    fn targets_of_quenches_are_over_times() {
        use Dimension::{Realization, Sample, Strength, Time};
        let mut table = table();
        let spins = table.quantities.get_mut("spins").unwrap();
        spins.dimensions = vec![Strength, Realization, Sample, Time];
        spins.values = ArrayD::from_shape_fn(vec![2, 2, 3, 2], |at| {
            (1000 * at[0] + 100 * at[1] + 10 * at[2] + at[3]) as f64
        });
        assert_eq!(table.third("spins:median"), Some(Time));
        let found = table.target("spins").unwrap();
        assert_eq!(found.third, Time);
        assert_eq!(found.view()[[1, 0, 1]], 1011.0);
        // Without strengths there is nothing to learn from.
        let spins = table.quantities.get_mut("spins").unwrap();
        spins.dimensions.remove(0);
        spins.values = ArrayD::zeros(vec![2, 3, 2]);
        let message = table.target("spins").unwrap_err().to_string();
        assert!(
            message.contains("runs over realization, sample, time"),
            "{message}"
        );
    }

    #[test]
    fn statistics_are_over_further_axes_and_then_over_realizations() {
        let table = table();
        for (target, name, expected) in [
            ("gap_ratio", "gap_ratio", None),
            ("gap_ratio:std", "gap_ratio", Some(Statistic::Deviation)),
            ("spins:median:q10", "spins", Some(Statistic::Quantile(10))),
            // A prediction of a statistic has its name.
            ("spins:std", "spins:std", None),
            ("spins:std:typical", "spins:std", Some(Statistic::Typical)),
        ] {
            let found = table.target(target).unwrap();
            assert_eq!((found.name, found.over_realizations), (name, expected));
        }
        for (target, expected) in [
            (
                "gap_ratio:mean:std",
                "gap_ratio:mean:std has more statistics than L02/test/gap_ratio",
            ),
            ("spins:maen", "spins:maen: \"maen\" is no statistic"),
            ("other:std", "L02/test holds no \"other\""),
        ] {
            let message = table.target(target).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        assert!(table.has_target("spins:maen") && !table.has_target("other:std"));
    }
}
