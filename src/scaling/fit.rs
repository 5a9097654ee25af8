//! One fit as it is reported.

use serde::Serialize;

use super::bootstrap::{interval, refits};
use super::curve::{Curve, points};
use super::data::Data;
use super::search::Domain;
use super::{Method, warnings};
use crate::comm::Communicator;
use crate::deck::{Scaling, Source};
use crate::error::{Error, Result};
use crate::indicators::{self, Normalisation};

/// The scaling of one indicator at one energy density by one method: an entry of scaling.json.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// Where the data come from.
    pub source: Source,
    /// The indicator.
    pub target: String,
    /// Its symbol.
    pub symbol: &'static str,
    /// Energy density ε.
    pub energy_density: f64,
    /// The method.
    pub method: &'static str,
    /// Chain lengths L, ascending.
    pub sizes: Vec<usize>,
    /// Disorder strengths used, from and to: there is no h_c without a window.
    pub window: [f64; 2],
    /// What the entanglement entropy was divided by.
    pub normalisation: Normalisation,
    /// The critical disorder strength.
    pub h_c: Parameter,
    /// The exponent ν of the correlation length.
    pub nu: Parameter,
    /// The quality S of the collapse, about 1 when it holds within the errors.
    pub quality: f64,
    /// Points of all curves.
    pub points: usize,
    /// Points that could be compared with another size.
    pub points_used: usize,
    /// Refits made for the intervals; a warning says if some failed.
    pub bootstrap: usize,
    /// What keeps the result from being taken at face value, in words.
    pub warnings: Vec<String>,
    /// The curves.
    pub data: Vec<Curve>,
}

/// A fitted parameter with its central 95 % bootstrap interval; no interval without refits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Parameter {
    /// The best value.
    pub value: f64,
    /// 2.5 % of the refits are below.
    pub low: Option<f64>,
    /// 2.5 % of the refits are above.
    pub high: Option<f64>,
}

impl Parameter {
    fn new(value: f64, refitted: &[f64]) -> Self {
        let ends = interval(refitted);
        Self {
            value,
            low: ends.map(|[low, _]| low),
            high: ends.map(|[_, high]| high),
        }
    }
}

/// Fits `data` and its resamples; collective, the same on every rank.
///
/// # Errors
/// [`Error::Refused`] when no h_c and ν bring enough of the curves together to compare them.
pub fn fit(
    comm: &dyn Communicator,
    scaling: &Scaling,
    source: Source,
    (target, energy_density): (&str, f64),
    method: &Method,
    data: Data,
) -> Result<Fit> {
    let estimate = (method.fit)(&data.curves).ok_or_else(|| {
        Error::Refused(format!(
            "scaling of {target} at ε = {energy_density} ({} data): for no h_c and ν do half of \
             the points fall between those of another size; give all sizes similar disorder \
             strengths, or widen scaling.window",
            source.name()
        ))
    })?;
    let refits = refits(comm, &data, method, scaling.seed, scaling.bootstrap);
    let h_c = Parameter::new(estimate.critical, &refits.critical);
    let nu = Parameter::new(estimate.exponent, &refits.exponent);
    let mut warnings = data.warnings;
    warnings.extend(warnings::of_fit(
        &data.curves,
        Domain::of(&data.curves),
        &estimate,
        [h_c, nu],
    ));
    warnings.extend(warnings::of_refits(&refits, scaling.bootstrap));
    let description = indicators::find(target).expect("decks name known indicators");
    Ok(Fit {
        source,
        target: target.to_owned(),
        symbol: description.symbol,
        energy_density,
        method: method.name,
        sizes: data.curves.iter().map(|curve| curve.sites).collect(),
        window: scaling.window,
        normalisation: scaling.normalisation,
        h_c,
        nu,
        quality: estimate.quality,
        points: points(&data.curves),
        points_used: estimate.points_used,
        bootstrap: scaling.bootstrap,
        warnings,
        data: data.curves,
    })
}
