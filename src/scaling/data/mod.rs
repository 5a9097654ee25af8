//! From tables of realizations, or of means, to curves.

mod curve;
mod sample;
mod table;

pub use curve::{Curve, ROUNDING, points};
pub use sample::Sample;
pub use table::{Row, read};

use super::fit::{estimate_errors, floor_errors};
use crate::deck::{Scaling, Source};
use crate::error::{Error, Result};
use crate::indicators;
use crate::store::{Dimension, Table};
use sample::SAME;

const FEWEST_SIZES: usize = 2;
const FEWEST_POINTS: usize = 3;

/// What a source holds.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Input {
    /// Realizations: data.h5 or predictions.h5.
    Realizations(Vec<Table>),
    /// Means from elsewhere.
    Means(Vec<Row>),
}

/// What is taken of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Chain lengths; empty for all.
    pub sizes: Vec<usize>,
    /// The shortest of them that is used.
    pub shortest: usize,
    /// Disorder strengths, from and to.
    pub window: [f64; 2],
}

/// What a fit is made to.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// The indicator.
    pub target: String,
    /// The realizations, by ascending size; nothing of means from elsewhere.
    pub samples: Vec<Sample>,
    /// Means and errors.
    pub curves: Vec<Curve>,
    /// What the reader of the fit should know of them.
    pub warnings: Vec<String>,
}

impl Selection {
    /// What the deck asks for.
    pub fn new(scaling: &Scaling) -> Self {
        Self {
            sizes: scaling.sizes.clone(),
            shortest: 0,
            window: scaling.window,
        }
    }

    fn has_size(&self, sites: usize) -> bool {
        sites >= self.shortest && (self.sizes.is_empty() || self.sizes.contains(&sites))
    }

    fn has_strength(&self, strength: f64) -> bool {
        let [from, to] = self.window;
        (from - SAME..=to + SAME).contains(&strength)
    }
}

impl Input {
    /// Every energy density of the source, ascending; `None` for means that have none.
    pub fn energy_densities(&self) -> Vec<Option<f64>> {
        let mut found: Vec<Option<f64>> = match self {
            Self::Realizations(tables) => {
                let all = tables.iter().flat_map(|table| &table.energy_densities);
                all.copied().map(Some).collect()
            }
            Self::Means(rows) => rows.iter().map(|row| row.epsilon).collect(),
        };
        let order = |value: &Option<f64>| value.unwrap_or(f64::NEG_INFINITY);
        found.sort_by(|a, b| order(a).total_cmp(&order(b)));
        found.dedup_by(|later, kept| *later == *kept || order(later) - order(kept) < SAME);
        found
    }

    /// Every chain length of the source, ascending.
    pub fn sizes(&self) -> Vec<usize> {
        let mut found: Vec<usize> = match self {
            Self::Realizations(tables) => tables.iter().map(|table| table.sites).collect(),
            Self::Means(rows) => rows.iter().map(|row| row.sites).collect(),
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The data of `target` at one energy density. Tables of one size (its splits) are pooled.
    ///
    /// # Errors
    /// [`Error::Refused`] when a table lacks the target, when fewer than two sizes have data, when a
    /// size has fewer than three points, or when nothing says how far curves may differ.
    pub fn gather(
        &self,
        scaling: &Scaling,
        source: &Source,
        selection: &Selection,
        target: &str,
        energy_density: Option<f64>,
    ) -> Result<Data> {
        let (samples, curves, mut warnings) = match self {
            Self::Realizations(tables) => {
                let (samples, warnings) =
                    realizations(tables, scaling, selection, target, energy_density)?;
                let curves = samples.iter().map(Sample::curve).collect();
                (samples, curves, warnings)
            }
            Self::Means(rows) => {
                let curves = means(rows, scaling, selection, target, energy_density)?;
                (Vec::new(), curves, Vec::new())
            }
        };
        let mut data = Data {
            target: target.to_owned(),
            samples,
            curves,
            warnings: Vec::new(),
        };
        data.check(selection)
            .and_then(|()| data.mend_errors(&mut warnings))
            .map_err(|error| {
                let at = energy_density.map_or(String::new(), |value| format!(" at ε = {value}"));
                Error::Refused(format!(
                    "scaling of {target}{at} ({} data): {error}",
                    source.name()
                ))
            })?;
        let sizes: Vec<usize> = data.curves.iter().map(|curve| curve.sites).collect();
        let wanted = selection
            .sizes
            .iter()
            .filter(|&&size| selection.has_size(size));
        for missing in wanted.filter(|size| !sizes.contains(size)) {
            warnings.push(format!(
                "no {} data for L = {missing} of scaling.sizes",
                source.name()
            ));
        }
        data.warnings = warnings;
        Ok(data)
    }
}

impl Data {
    /// Refuses what cannot be compared.
    fn check(&self, selection: &Selection) -> Result<()> {
        let sizes: Vec<usize> = self.curves.iter().map(|curve| curve.sites).collect();
        if sizes.len() < FEWEST_SIZES {
            return Err(Error::Refused(format!(
                "only {} chain length(s) have data: {sizes:?}; scaling compares two or more, \
                 generate them or widen scaling.sizes",
                sizes.len()
            )));
        }
        let short = self
            .curves
            .iter()
            .find(|curve| curve.strengths.len() < FEWEST_POINTS);
        short.map_or(Ok(()), |curve| {
            let [from, to] = selection.window;
            Err(Error::Refused(format!(
                "L = {} has {} usable disorder strength(s) in scaling.window [{from}, {to}]: {:?}; \
                 a curve needs {FEWEST_POINTS}, of two realizations or more each: widen \
                 scaling.window, compute more, or leave this length out of scaling.sizes",
                curve.sites,
                curve.strengths.len(),
                curve.strengths
            )))
        })
    }

    /// Gives every point an error to be weighed by.
    fn mend_errors(&mut self, warnings: &mut Vec<String>) -> Result<()> {
        let unknown = self
            .curves
            .iter()
            .all(|curve| curve.errors.iter().all(|error| error.is_nan()));
        if unknown {
            let error = estimate_errors(&mut self.curves)?;
            warnings.push(format!(
                "the table gives no errors: {error:.2e} is taken for all points, which makes the \
                 best quality of their collapse 1"
            ));
        }
        let raised = floor_errors(&mut self.curves)?;
        if raised > 0 {
            warnings.push(format!(
                "{raised} point(s) with realizations that all agree: given the smallest error of \
                 the others"
            ));
        }
        Ok(())
    }
}

/// The samples of a target, and what was left out.
fn realizations(
    tables: &[Table],
    scaling: &Scaling,
    selection: &Selection,
    target: &str,
    energy_density: Option<f64>,
) -> Result<(Vec<Sample>, Vec<String>)> {
    let mut samples: Vec<Sample> = Vec::new();
    for table in tables.iter().filter(|table| {
        selection.has_size(table.sites) && scaling.split.is_none_or(|split| table.split == split)
    }) {
        let wanted = energy_density.unwrap_or(f64::NAN);
        if let Ok(place) = table.energy_density_index(wanted) {
            let scale = indicators::scale(target, scaling.normalisation, table.sites);
            pool(&mut samples, table, selection, target, (place, scale))?;
        }
    }
    samples.sort_by_key(|sample| sample.sites);
    let mut warnings = Vec::new();
    for sample in &mut samples {
        let dropped = sample.drop_sparse();
        if !dropped.is_empty() {
            warnings.push(format!(
                "L = {}: left out h = {dropped:?}, with fewer than two realizations",
                sample.sites
            ));
        }
    }
    Ok((samples, warnings))
}

/// Adds the realizations of a table, divided by `scale`, at its energy density number `place`.
fn pool(
    samples: &mut Vec<Sample>,
    table: &Table,
    selection: &Selection,
    target: &str,
    (place, scale): (usize, f64),
) -> Result<()> {
    let values = table.by_realization(target)?;
    // What each network says, where there are several: (member, h, realization, ε).
    let members = table.quantities.get(&format!("{target}_members"));
    let members = members.filter(|all| all.dimensions.first() == Some(&Dimension::Member));
    let count = members.map_or(1, |all| all.values.shape()[0]);
    let sample = of_size(samples, table.sites, count);
    for (row, &strength) in table.strengths.iter().enumerate() {
        if !selection.has_strength(strength) {
            continue;
        }
        // Also where nothing is known, so that it is said to be left out.
        let _ = sample.at(strength);
        for realization in 0..values.shape()[1] {
            let of_member = |member: usize| match members {
                Some(all) => all.values[[member, row, realization, place]],
                None => values[[row, realization, place]],
            };
            let known: Vec<f64> = (0..count).map(|member| of_member(member) / scale).collect();
            if known.iter().all(|value| value.is_finite()) {
                sample.at(strength).extend(known);
            }
        }
    }
    Ok(())
}

fn of_size(samples: &mut Vec<Sample>, sites: usize, members: usize) -> &mut Sample {
    let known = samples.iter().position(|sample| sample.sites == sites);
    let place = known.unwrap_or_else(|| {
        samples.push(Sample::new(sites, members));
        samples.len() - 1
    });
    &mut samples[place]
}

/// The curves of a target in a table of means; NaN for errors that it does not give.
fn means(
    rows: &[Row],
    scaling: &Scaling,
    selection: &Selection,
    target: &str,
    energy_density: Option<f64>,
) -> Result<Vec<Curve>> {
    let unnamed = rows.iter().any(|row| row.indicator.is_none());
    if unnamed && scaling.targets.len() > 1 {
        return Err(Error::Refused(format!(
            "a table without a column \"indicator\" is of one indicator, scaling.targets names {}; \
             add the column, or name one",
            scaling.targets.join(", ")
        )));
    }
    let mut wanted: Vec<&Row> = rows
        .iter()
        .filter(|row| row.indicator.as_deref().is_none_or(|name| name == target))
        .filter(|row| row.epsilon == energy_density)
        .filter(|row| selection.has_size(row.sites) && selection.has_strength(row.strength))
        .collect();
    wanted.sort_by(|a, b| (a.sites.cmp(&b.sites)).then(a.strength.total_cmp(&b.strength)));
    let sizes = wanted.chunk_by(|a, b| a.sites == b.sites);
    let curve = |rows: &[&Row]| Curve {
        sites: rows[0].sites,
        strengths: rows.iter().map(|row| row.strength).collect(),
        means: rows.iter().map(|row| row.mean).collect(),
        errors: rows
            .iter()
            .map(|row| row.error.unwrap_or(f64::NAN))
            .collect(),
        realizations: rows
            .iter()
            .map(|row| row.realizations.unwrap_or(0))
            .collect(),
    };
    Ok(sizes.map(curve).collect())
}

#[cfg(test)]
mod tests;
