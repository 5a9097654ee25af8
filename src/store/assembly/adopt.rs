//! Results of an earlier run on their way into the tables of a deck that has grown since.

use ndarray::{Axis, s};

use super::entry::{Entry, not_in_deck, windows_of};
use super::quantities::MISSED;
use crate::chain::Task;
use crate::deck::QUENCH;
use crate::error::{Error, Result, number};
use crate::store::table::{Dimension, Quantity, Table};

/// Copies the results of an old table to their places in the new ones.
///
/// # Errors
/// [`Error::Refused`] when a result has no place there, or the table is of an earlier version.
pub fn adopt(tables: &mut [Table], old: &Table) -> Result<()> {
    if !old.quantities.contains_key(Table::COMPLETE) {
        return Err(Error::Refused(
            "data.h5 does not say which windows are complete, so an earlier version of this \
             program wrote it; give this deck another output, or move data.h5 away"
                .to_owned(),
        ));
    }
    let complete = old.by_realization(Table::COMPLETE, Dimension::EnergyDensity)?;
    for (h, &strength) in old.strengths.iter().enumerate() {
        for r in 0..complete.dim().1 {
            let quenched = old.quench([h, r]).is_some_and(|it| !it.is_nan());
            if !quenched && complete.slice(s![h, r, ..]).iter().all(|it| it.is_nan()) {
                continue;
            }
            let task = Task {
                sites: old.sites,
                strength,
                split: old.split,
                realization: r as u32,
            };
            let entry = Entry::find(tables, &task);
            let entry = entry.ok_or_else(|| not_in_deck(&task.to_string()))?;
            let table = &mut tables[entry.table];
            let windows = places(&old.energy_densities, &table.energy_densities)
                .map_err(|density| not_in_deck(&format!("{task} at ε = {}", number(density))))?;
            let to = [entry.strength, entry.realization];
            copy(old, [h, r], table, to, &windows)?;
        }
    }
    Ok(())
}

/// Whether a dataset of an old table has a place in the new ones.
pub fn has_place(tables: &[Table], name: &str) -> bool {
    name == Table::FAILURE
        || tables
            .iter()
            .any(|table| table.quantities.contains_key(name))
}

/// Copies the realization at (h, realization) `from` of the old table to `to` in the new one. The
/// k-th window of the old table is number `windows[k]` of the new one.
fn copy(
    old: &Table,
    from: [usize; 2],
    new: &mut Table,
    to: [usize; 2],
    windows: &[usize],
) -> Result<()> {
    for (at, reason) in old.failures.range(windows_of(from)) {
        let place = [to[0], to[1], windows[at[2]]];
        new.failures.insert(place, reason.clone());
    }
    for (name, quantity) in &mut new.quantities {
        // Versions that counted the levels of every window had no such bound.
        if name == MISSED && !old.quantities.contains_key(MISSED) {
            continue;
        }
        // The old deck may have had no quenches, or no windows.
        let is_new = match quantity.dimensions.contains(&Dimension::EnergyDensity) {
            true => windows.is_empty(),
            false => name.starts_with(QUENCH) && !old.quantities.contains_key(name),
        };
        if is_new {
            continue;
        }
        let stored = old.quantity(name)?;
        old.check_together(Table::COMPLETE, name)?;
        if stored.dimensions != quantity.dimensions || lengths(stored) != lengths(quantity) {
            return Err(Error::Refused(format!(
                "{}/{name} of data.h5 has other axes or lengths than the deck gives it; give this \
                 deck another output, or set data.h5 aside with --force",
                old.group()
            )));
        }
        let source = stored.values.view();
        let source = source.index_axis_move(Axis(0), from[0]);
        let source = source.index_axis_move(Axis(0), from[1]);
        let target = quantity.values.view_mut();
        let target = target.index_axis_move(Axis(0), to[0]);
        let mut target = target.index_axis_move(Axis(0), to[1]);
        if quantity.dimensions.contains(&Dimension::EnergyDensity) {
            for (window, &place) in windows.iter().enumerate() {
                let values = source.index_axis(Axis(0), window);
                target.index_axis_mut(Axis(0), place).assign(&values);
            }
        } else {
            target.assign(&source);
        }
    }
    Ok(())
}

/// The lengths of the axes that a grown deck keeps, such as those of sites.
fn lengths(quantity: &Quantity) -> Vec<usize> {
    let grows = [
        Dimension::Strength,
        Dimension::Realization,
        Dimension::EnergyDensity,
    ];
    let axes = quantity.dimensions.iter().zip(quantity.values.shape());
    let kept = axes.filter(|(dimension, _)| !grows.contains(dimension));
    kept.map(|(_, &length)| length).collect()
}

/// Where each of the old energy densities is among the new; the first that is missing there.
fn places(old: &[f64], new: &[f64]) -> std::result::Result<Vec<usize>, f64> {
    let place = |density: &f64| new.iter().position(|it| it == density).ok_or(*density);
    old.iter().map(place).collect()
}
