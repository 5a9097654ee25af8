//! The contents of a source, and the data of one target in it.

use super::curve::Curve;
use super::request::{Request, Selection};
use super::sample::{SAME, Sample};
use super::table::MeansTable;
use super::target::Target;
use super::{means, realizations, usable};
use crate::error::{Error, Result, number};
use crate::store::Table;

const FEWEST_SIZES: usize = 2;
const FEWEST_POINTS: usize = 3;

/// The contents of a source.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Input {
    /// Realizations: data.h5 or predictions.h5.
    Realizations(Vec<Table>),
    /// Means from elsewhere.
    Means(MeansTable),
}

/// The data of one target at one energy density.
#[derive(Clone)]
pub struct TargetData {
    /// The indicator.
    pub target: Target,
    /// The realizations, by ascending length; empty for means from elsewhere.
    pub samples: Vec<Sample>,
    /// Means and errors, by ascending length. An error is NaN if the source gives none.
    pub curves: Vec<Curve>,
    /// What a reader of the fit should know about the data.
    pub warnings: Vec<String>,
}

impl Input {
    /// Every energy density of the source, ascending; `None` for means that have none.
    pub fn energy_densities(&self) -> Vec<Option<f64>> {
        let mut found: Vec<Option<f64>> = match self {
            Self::Realizations(tables) => {
                let all = tables.iter().flat_map(|table| &table.energy_densities);
                all.copied().map(Some).collect()
            }
            Self::Means(table) => table.rows.iter().map(|row| row.epsilon).collect(),
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
            Self::Means(table) => table.rows.iter().map(|row| row.sites).collect(),
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The requested data. Tables of one length, which are its splits, are pooled.
    ///
    /// Points that fits cannot weigh are left out. Errors of the others are positive, or all unknown.
    ///
    /// # Errors
    /// [`Error::Refused`] when a table lacks the target, when a value is too large, when fewer than
    /// two lengths have data, or when a length has fewer than three points.
    pub fn gather(&self, request: &Request) -> Result<TargetData> {
        let mut warnings = Vec::new();
        let (mut samples, mut curves) = match self {
            Self::Realizations(tables) => {
                let (mut samples, missing) = realizations::samples(tables, request)
                    .map_err(|error| request.refusal(error))?;
                warnings.extend(missing);
                warnings.extend(realizations::drop_sparse(&mut samples));
                let curves = samples.iter().map(Sample::curve).collect();
                (samples, curves)
            }
            Self::Means(table) => {
                let curves = means::curves(&table.rows, request);
                warnings.extend(table.warnings.iter().cloned());
                (Vec::new(), curves.map_err(|error| request.refusal(error))?)
            }
        };
        usable::check(&curves).map_err(|error| request.refusal(error))?;
        warnings.extend(usable::leave_out(&mut curves, &mut samples));
        check(&curves, request.selection).map_err(|error| {
            let left_out: String = warnings.iter().map(|word| format!("; {word}")).collect();
            request.refusal(Error::Refused(format!("{error}{left_out}")))
        })?;
        warnings.extend(missing_sizes(&curves, request));
        Ok(TargetData {
            target: request.target.clone(),
            samples,
            curves,
            warnings,
        })
    }
}

/// Refuses curves that cannot be compared.
fn check(curves: &[Curve], selection: &Selection) -> Result<()> {
    let sizes: Vec<usize> = curves.iter().map(|curve| curve.sites).collect();
    if sizes.len() < FEWEST_SIZES {
        return Err(Error::Refused(format!(
            "only {} chain length(s) have data: {sizes:?}; scaling compares two or more, \
             generate them or widen scaling.sizes",
            sizes.len()
        )));
    }
    let short = curves
        .iter()
        .find(|curve| curve.strengths.len() < FEWEST_POINTS);
    short.map_or(Ok(()), |curve| {
        let [from, to] = selection.window;
        Err(Error::Refused(format!(
            "L = {} has {} usable disorder strength(s) in scaling.window [{}, {}]: {:?}; \
             a curve needs {FEWEST_POINTS}, of two realizations or more each: widen \
             scaling.window, compute more, or leave this length out of scaling.sizes",
            curve.sites,
            curve.strengths.len(),
            number(from),
            number(to),
            curve.strengths
        )))
    })
}

/// A warning for each selected length without data.
fn missing_sizes(curves: &[Curve], request: &Request) -> Vec<String> {
    let selection = request.selection;
    let has_data = |size: usize| curves.iter().any(|curve| curve.sites == size);
    let missing = selection.sizes.iter().copied();
    let missing = missing.filter(|&size| selection.has_size(size) && !has_data(size));
    missing
        .map(|size| {
            let source = request.source.name();
            format!("no {source} data for L = {size} of scaling.sizes")
        })
        .collect()
}
