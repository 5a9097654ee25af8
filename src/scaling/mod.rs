//! Finite-size scaling: where the curves of an indicator against disorder strength, one per chain
//! length, become one curve of x = L^{1/ν}(h − h_c).
//!
//! The steps follow the data: tables of realizations or of means are gathered into curves, a method
//! fits h_c and ν to them, refits to resampled data give the errors. A new method is one file with a
//! [`Model`] and one line in [`METHODS`]; search, bootstrap, scans, warnings and files
//! are common to all. docs/scaling.md tells users which method is for what.

mod arrays;
mod bootstrap;
mod compare;
mod cost;
#[cfg(test)]
mod coverage;
mod crossings;
mod curve;
mod data;
mod fit;
#[cfg(test)]
mod fixture;
mod line;
mod model;
mod output;
mod polynomial;
mod process;
mod quality;
mod range;
mod refits;
mod sample;
mod search;
pub mod table;
mod warnings;
mod workers;

pub use arrays::write_arrays;
pub use compare::{Candidate, Comparison};
pub use curve::Curve;
pub use data::Input;
pub use fit::{Fit, Parameter, Scaled};
pub use line::Line;
pub use model::{Estimate, Indicator, Method, Model};
pub use output::write;
pub use range::Range;
pub use refits::Refits;
pub use workers::Workers;

use crate::deck::{Scaling, Source};
use crate::error::{Error, Result};
use data::{Data, Selection};
use fit::Subject;

/// Every method.
pub const METHODS: &[Method] = &[
    quality::METHOD,
    process::METHOD,
    cost::METHOD,
    polynomial::METHOD,
    crossings::METHOD,
];

/// Every parameter that a deck may hold or bound; `h_14` and its like, h* of a length, besides.
pub const PARAMETERS: &[&str] = &[
    "h_c", "nu", "zeta", "b", "w_1", "c_3", "theta_0", "theta_1", "theta_2", "theta_3", "theta_4",
];

/// Scaling with fewer sizes than this sees no drift: the scan leaves that many.
const SIZES_OF_SCAN: usize = 3;

/// What scaling comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// The fits that the deck asks for.
    pub fits: Vec<Fit>,
    /// Their models against each other.
    pub comparisons: Vec<Comparison>,
    /// The fits for other windows and without the shortest chains; their data are left out.
    pub scan: Vec<Fit>,
}

impl Results {
    /// Adds those of another source.
    pub fn extend(&mut self, other: Self) {
        self.fits.extend(other.fits);
        self.comparisons.extend(other.comparisons);
        self.scan.extend(other.scan);
    }
}

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
    results.comparisons = compare::comparisons(&results.fits);
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
                        log::warn!("left out of the scan: {error}")
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
