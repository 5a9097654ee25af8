//! One fit as it is reported.

mod bootstrap;
mod compare;
mod errors;
mod record;
mod refits;
mod results;
mod warnings;
mod workers;

use std::collections::BTreeMap;

pub use compare::{Candidate, Comparison, comparisons};
pub use errors::{estimate_errors, floor_errors};
pub use record::{Fit, Parameter, Scaled};
pub use refits::Refits;
pub use results::Results;
pub use workers::Workers;

use super::data::{Curve, Data, Selection, points};
use super::methods::{Collapse, Indicator, Model, Quality};
use super::search::restricted;
use crate::deck::{Scaling, Source};
use crate::indicators;
use refits::{Task, refits};

/// What is fitted.
pub struct Subject<'a> {
    /// The deck's table.
    pub scaling: &'a Scaling,
    /// Where the data come from.
    pub source: &'a Source,
    /// Energy density ε.
    pub energy_density: Option<f64>,
    /// Sizes and window.
    pub selection: &'a Selection,
    /// One indicator, or several that share h_c and ν.
    pub data: &'a [Data],
}

impl Subject<'_> {
    /// Fits the data and their resamples; collective, the same on every rank. A fit that finds
    /// nothing has no values, and a warning.
    pub fn fit(&self, workers: &Workers, method: &'static str, model: &dyn Model) -> Fit {
        let indicators: Vec<Indicator> = self
            .data
            .iter()
            .map(|data| Indicator {
                name: &data.target,
                curves: &data.curves,
            })
            .collect();
        let ranges = restricted(model.ranges(&indicators), &self.scaling.parameters);
        let mut fit = self.blank(method, model);
        fit.free = ranges.iter().filter(|range| !range.is_held()).count();
        let Some(estimate) = model.fit(&indicators, &ranges) else {
            fit.warnings.push(warnings::NOTHING_FOUND.to_owned());
            return fit;
        };
        let task = Task {
            model,
            data: self.data,
            ranges: &ranges,
            estimate: &estimate,
            seed: self.scaling.seed,
        };
        fit.refits = refits(workers, &task, self.scaling.bootstrap);
        fit.set(model, &estimate);
        fit.lines = model.lines(&indicators, &estimate);
        fit.warnings.extend(model.warnings(&estimate));
        let curves: Vec<&Curve> = fit.data.iter().map(|scaled| &scaled.curve).collect();
        let found = warnings::of_fit(&curves, &ranges, &fit);
        fit.warnings.extend(found);
        fit.warnings
            .extend(warnings::of_refits(&fit.refits, self.scaling.bootstrap));
        fit
    }

    /// A fit that has found nothing yet.
    fn blank(&self, method: &'static str, model: &dyn Model) -> Fit {
        let names = |name: fn(&Data) -> String| {
            let all: Vec<String> = self.data.iter().map(name).collect();
            all.join("+")
        };
        let mut sizes: Vec<usize> = self
            .data
            .iter()
            .flat_map(|data| data.curves.iter().map(|curve| curve.sites))
            .collect();
        sizes.sort_unstable();
        sizes.dedup();
        let mut warnings: Vec<String> = Vec::new();
        for warning in self.data.iter().flat_map(|data| &data.warnings) {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
        let scaled = self.data.iter().flat_map(|data| {
            data.curves.iter().map(|curve| Scaled {
                target: data.target.clone(),
                curve: curve.clone(),
                x: Vec::new(),
                factor: 1.0,
            })
        });
        Fit {
            source: self.source.clone(),
            target: names(|data| data.target.clone()),
            symbol: names(|data| {
                let known = indicators::named(&data.target);
                known.map_or(data.target.clone(), |known| known.symbol.to_owned())
            }),
            energy_density: self.energy_density,
            method,
            ansatz: model.ansatz(),
            sizes,
            window: self.selection.window,
            normalisation: self.scaling.normalisation,
            h_c: Parameter::unknown(),
            nu: Parameter::unknown(),
            parameters: BTreeMap::new(),
            free: 0,
            measure: model.measure(),
            cost: f64::NAN,
            quality: f64::NAN,
            points: self.data.iter().map(|data| points(&data.curves)).sum(),
            points_used: 0,
            bootstrap: self.scaling.bootstrap,
            warnings,
            data: scaled.collect(),
            lines: Vec::new(),
            refits: Refits::default(),
        }
    }
}

/// How well the curves of each indicator lie on one another where the fit puts them.
fn collapse(data: &[Scaled]) -> Collapse {
    let of_target = data.chunk_by(|a, b| a.target == b.target).map(|data| {
        let curves: Vec<Curve> = data.iter().map(Scaled::multiplied).collect();
        Quality::new(&curves).with_abscissae(data.iter().map(|scaled| scaled.x.clone()).collect())
    });
    of_target.fold(Collapse::default(), Collapse::with)
}
