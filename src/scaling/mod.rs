//! Finite-size scaling: where the curves of an indicator against disorder strength, one per chain
//! length, become one curve of x = L^{1/ν}(h − h_c).
//!
//! The steps follow the data: tables of realizations or of means are gathered into curves, a method
//! fits h_c and ν to them, refits to resampled data give the errors. A new method is one file with a
//! [`Model`] and one line in [`METHODS`]; search, bootstrap, scans, warnings and files
//! are common to all. docs/scaling.md tells users which method is for what.

pub mod data;
mod files;
mod fit;
mod methods;
mod search;

pub use data::{Curve, Input};
pub use files::{write, write_arrays};
pub use fit::{Candidate, Comparison, Fit, Parameter, Refits, Results, Scaled, Workers};
pub use methods::{Estimate, Indicator, Line, METHODS, Method, Model, PARAMETERS};
pub use search::Range;

use crate::deck::{Scaling, Source};
use crate::error::{Error, Result};
use data::{Data, Selection};
use fit::{Subject, comparisons};

/// Scaling with fewer sizes than this sees no drift: the scan leaves that many.
const SIZES_OF_SCAN: usize = 3;

/// Scales every target of the deck at every energy density of `input`, which all ranks hold.
/// Collective; the result is the same on every rank, for every number of ranks and threads, if faer
/// is told to use one thread.
///
/// # Errors
/// [`Error::Refused`] on all ranks when the data do not suffice, saying what is missing.
pub fn scale(
    workers: &Workers,
    scaling: &Scaling,
    source: &Source,
    input: &Input,
) -> Result<Results> {
    let energy_densities = input.energy_densities();
    if energy_densities.is_empty() {
        return Err(Error::Refused(format!(
            "scaling: there are no {} data; generate them, or leave \"{}\" out of \
             scaling.sources",
            source.name(),
            source.name()
        )));
    }
    let mut results = Results::default();
    for energy_density in energy_densities {
        let campaign = Campaign {
            workers,
            scaling,
            source,
            input,
            energy_density,
        };
        results
            .fits
            .extend(campaign.fits(&Selection::new(scaling))?);
        results.scan.extend(campaign.scan());
    }
    let order = |fit: &Fit| {
        let place = scaling
            .targets
            .iter()
            .position(|target| *target == fit.target);
        place.unwrap_or(scaling.targets.len())
    };
    results.fits.sort_by_key(order);
    results.comparisons = comparisons(&results.fits);
    Ok(results)
}

/// All fits to one source at one energy density.
struct Campaign<'a> {
    workers: &'a Workers<'a>,
    scaling: &'a Scaling,
    source: &'a Source,
    input: &'a Input,
    energy_density: Option<f64>,
}

impl Campaign<'_> {
    /// Every method for every target, then for all of them together if the deck says so.
    fn fits(&self, selection: &Selection) -> Result<Vec<Fit>> {
        let gather = |target: &String| {
            let scaling = self.scaling;
            self.input
                .gather(scaling, self.source, selection, target, self.energy_density)
        };
        let data: Vec<Data> = self
            .scaling
            .targets
            .iter()
            .map(gather)
            .collect::<Result<_>>()?;
        let mut groups: Vec<&[Data]> = data.chunks(1).collect();
        if self.scaling.joint && data.len() > 1 {
            groups.push(&data);
        }
        let mut fits = Vec::new();
        for data in groups {
            let subject = Subject {
                scaling: self.scaling,
                source: self.source,
                energy_density: self.energy_density,
                selection,
                data,
            };
            for method in METHODS {
                let asked = self.scaling.methods.iter().any(|name| name == method.name);
                if asked && (data.len() == 1 || method.joint) {
                    let models = (method.models)(self.scaling);
                    let fit =
                        |model: Box<dyn Model>| subject.fit(self.workers, method.name, &*model);
                    fits.extend(models.into_iter().map(fit));
                }
            }
        }
        Ok(fits)
    }

    /// The fits for the windows and shortest lengths of the deck's scan, where data suffice.
    fn scan(&self) -> Vec<Fit> {
        let Some(scan) = &self.scaling.scan else {
            return Vec::new();
        };
        let mut sizes = self.input.sizes();
        if !self.scaling.sizes.is_empty() {
            sizes.retain(|size| self.scaling.sizes.contains(size));
        }
        let last = sizes.len().saturating_sub(SIZES_OF_SCAN - 1).max(1);
        let shortest = match scan.shortest.is_empty() {
            true => sizes.into_iter().take(last).collect(),
            false => scan.shortest.clone(),
        };
        let windows = match scan.windows.is_empty() {
            true => vec![self.scaling.window],
            false => scan.windows.clone(),
        };
        let mut found = Vec::new();
        for window in windows {
            for &shortest in &shortest {
                let selection = Selection {
                    shortest,
                    window,
                    ..Selection::new(self.scaling)
                };
                match self.fits(&selection) {
                    Ok(fits) => found.extend(fits.into_iter().map(Fit::without_data)),
                    Err(error) if self.workers.comm().rank() == 0 => {
                        log::warn!("left out of the scan: {error}");
                    }
                    Err(_) => {}
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
