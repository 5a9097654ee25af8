//! Finite-size scaling: where the curves of an indicator against disorder strength, one for each
//! chain length, become one curve of x = L^{1/ν}(h − h_c).
//!
//! The folders follow the data. `data` gathers tables of realizations or of means into curves.
//! `search` finds the smallest cost, and `methods` define costs. `fit` adds refits to resampled data,
//! which give the errors, and warnings. `files` writes the results. A new method is one file with a
//! [`ScalingModel`] and one line in [`METHODS`]. docs/scaling.md tells users which method suits what.

pub mod data;
mod files;
mod fit;
mod methods;
mod search;
#[cfg(test)]
mod tests;

pub use data::{Curve, Input, Origin};
pub use files::{
    ComparisonSummary, FitSummary, Summary, read_arrays_summary, read_summary, write, write_arrays,
};
pub use fit::{Candidate, Collapsed, Comparison, Fit, Parameter, Refits, Results, Workers};
pub use methods::{
    Estimate, FittedCurve, IndicatorCurves, METHODS, Method, PARAMETERS, ScalingModel,
};
pub use search::Range;

use crate::deck::{Scaling, Source};
use crate::error::{Error, Result};
use data::{Request, Selection, Target, TargetData};
use fit::{SourceFits, comparisons};

/// Scales every target of the deck at every energy density of `input`, by every method of `methods`.
///
/// Collective; all ranks hold the same `input`. The result is the same on every rank, for every
/// number of ranks and threads, if faer uses one thread. The order of `methods` does not matter:
/// fits have the order of [`METHODS`].
///
/// # Errors
/// [`Error::Refused`] on all ranks when the data do not suffice. The message tells what is missing.
pub fn scale(
    workers: &Workers,
    scaling: &Scaling,
    methods: &[&'static Method],
    source: &Source,
    input: &Input,
) -> Result<Results> {
    let energy_densities = energy_densities(source, input)?;
    let is_used = |known: &&Method| methods.iter().any(|used| used.name == known.name);
    let methods: Vec<&Method> = METHODS.iter().filter(is_used).collect();
    let targets = targets(scaling);
    let mut results = Results::default();
    for energy_density in energy_densities {
        let of_source = SourceFits {
            workers,
            scaling,
            methods: &methods,
            targets: &targets,
            source,
            input,
            energy_density,
        };
        let fits = of_source.fits(&Selection::new(scaling))?;
        results.fits.extend(fits);
        results.scan.extend(of_source.scan());
    }
    // Targets first, then energy densities. Joint fits, whose target is no single one, come last.
    results.fits.sort_by_key(|fit| {
        let index = targets.iter().position(|target| target.name == fit.target);
        index.unwrap_or(targets.len())
    });
    results.comparisons = comparisons(&results.fits);
    Ok(results)
}

/// What the fits to a source are made to.
pub struct Gathered {
    /// Energy density ε; none for means without one.
    pub energy_density: Option<f64>,
    /// The data of one target.
    pub data: TargetData,
}

/// The data of every target of the deck at every energy density of `input`, without a fit.
///
/// # Errors
/// As [`scale`].
pub fn gather(scaling: &Scaling, source: &Source, input: &Input) -> Result<Vec<Gathered>> {
    let selection = Selection::new(scaling);
    let mut found = Vec::new();
    for energy_density in energy_densities(source, input)? {
        for target in &targets(scaling) {
            let request = Request {
                scaling,
                source,
                selection: &selection,
                target,
                energy_density,
            };
            found.push(Gathered {
                energy_density,
                data: fit::gather(&request, input)?,
            });
        }
    }
    Ok(found)
}

fn energy_densities(source: &Source, input: &Input) -> Result<Vec<Option<f64>>> {
    let found = input.energy_densities();
    if found.is_empty() {
        return Err(Error::Refused(format!(
            "scaling: there are no {} data; generate them, or leave \"{}\" out of \
             scaling.sources",
            source.name(),
            source.name()
        )));
    }
    Ok(found)
}

fn targets(scaling: &Scaling) -> Vec<Target> {
    scaling
        .targets
        .iter()
        .map(|name| Target::new(name))
        .collect()
}
