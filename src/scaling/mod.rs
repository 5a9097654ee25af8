//! Finite-size scaling: where the curves of an indicator against disorder strength, one per chain
//! length, become one curve of x = L^{1/ν}(h − h_c).
//!
//! The steps follow the data: tables of realizations are gathered into curves, a method fits h_c
//! and ν to them, refits to resampled realizations give the errors. A new method is one file and
//! one line in [`METHODS`]: it maps curves to an [`Estimate`], the rest is common to all.

mod bootstrap;
mod curve;
mod data;
mod fit;
mod output;
mod quality;
mod search;
mod warnings;

pub use curve::Curve;
pub use fit::{Fit, Parameter};
pub use output::write;

use crate::comm::Communicator;
use crate::deck::{Scaling, Source};
use crate::error::{Error, Result};
use crate::store::Table;

/// A way to find h_c and ν.
pub struct Method {
    /// Name in results.
    pub name: &'static str,
    /// The best h_c and ν for curves of two sizes or more; nothing when none is acceptable.
    pub fit: fn(&[Curve]) -> Option<Estimate>,
}

/// What a method finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The critical disorder strength h_c.
    pub critical: f64,
    /// The exponent ν of the correlation length.
    pub exponent: f64,
    /// The quality S of the collapse: mean squared distance from the master curve over its
    /// variance.
    pub quality: f64,
    /// Points that the estimate rests on.
    pub points_used: usize,
}

/// Every method; all are applied.
pub const METHODS: &[Method] = &[quality::METHOD];

/// Scales every target of the deck at every energy density of `tables`, which all ranks hold.
/// Collective; the result is the same on every rank and for every number of ranks.
///
/// # Errors
/// [`Error::Refused`] on all ranks when the data do not suffice,
/// saying what is missing.
pub fn scale(
    comm: &dyn Communicator,
    scaling: &Scaling,
    source: Source,
    tables: &[Table],
) -> Result<Vec<Fit>> {
    let energy_densities = data::energy_densities(tables);
    if energy_densities.is_empty() {
        return Err(Error::Refused(format!(
            "scaling: there are no {} data; generate them, or leave \"{}\" out of \
             scaling.sources",
            source.name(),
            source.name()
        )));
    }
    let mut fits = Vec::new();
    for target in &scaling.targets {
        for &energy_density in &energy_densities {
            let data = data::gather(scaling, source, tables, target, energy_density)?;
            for method in METHODS {
                let about = (target.as_str(), energy_density);
                fits.push(fit::fit(
                    comm,
                    scaling,
                    source,
                    about,
                    method,
                    data.clone(),
                )?);
            }
        }
    }
    Ok(fits)
}

#[cfg(test)]
mod tests;
