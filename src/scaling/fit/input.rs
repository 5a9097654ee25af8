//! A fit to the data of one or more indicators, with its refits and warnings.

use std::collections::BTreeMap;

use super::record::{Collapsed, Fit, Parameter};
use super::refits::{RefitInput, Refits, refits};
use super::warnings;
use super::workers::Workers;
use crate::deck::{Scaling, Source};
use crate::scaling::data::{Curve, Selection, TargetData, point_count};
use crate::scaling::methods::{IndicatorCurves, ScalingModel};
use crate::scaling::search::restricted;

/// What a fit is made to.
pub struct FitInput<'a> {
    /// The deck's table.
    pub scaling: &'a Scaling,
    /// Where the data come from.
    pub source: &'a Source,
    /// Energy density ε.
    pub energy_density: Option<f64>,
    /// Chain lengths and window.
    pub selection: &'a Selection,
    /// One indicator, or several that share h_c and ν.
    pub data: &'a [TargetData],
}

impl FitInput<'_> {
    /// Fits the data and their resamples; collective, the same on every rank. A fit that finds
    /// nothing has no values, and a warning.
    pub fn fit(&self, workers: &Workers, method: &'static str, model: &dyn ScalingModel) -> Fit {
        let indicators: Vec<IndicatorCurves> = self
            .data
            .iter()
            .map(|data| IndicatorCurves {
                name: &data.target.name,
                curves: &data.curves,
            })
            .collect();
        let ranges = restricted(model.ranges(&indicators), &self.scaling.parameters);
        let mut fit = self.empty_fit(method, model);
        fit.free = ranges.iter().filter(|range| !range.is_held()).count();
        let Some(estimate) = model.fit(&indicators, &ranges) else {
            fit.warnings.push(warnings::NOTHING_FOUND.to_owned());
            return fit;
        };
        let input = RefitInput {
            model,
            data: self.data,
            ranges: &ranges,
            estimate: &estimate,
            seed: self.scaling.seed,
        };
        fit.refits = refits(workers, &input, self.scaling.bootstrap);
        fit.set(model, &estimate);
        fit.fitted_curves = model.fitted_curves(&indicators, &estimate);
        fit.warnings.extend(model.warnings(&estimate));
        let curves: Vec<&Curve> = fit.data.iter().map(|collapsed| &collapsed.curve).collect();
        let found = warnings::of_fit(&curves, &ranges, &fit);
        fit.warnings.extend(found);
        fit.warnings
            .extend(warnings::of_refits(&fit.refits, self.scaling.bootstrap));
        fit
    }

    /// A fit without values.
    fn empty_fit(&self, method: &'static str, model: &dyn ScalingModel) -> Fit {
        Fit {
            source: self.source.clone(),
            target: self.joined(|data| &data.target.name),
            symbol: self.joined(|data| data.target.symbol()),
            energy_density: self.energy_density,
            method,
            ansatz: model.ansatz(),
            sizes: self.sizes(),
            window: self.selection.window,
            normalisation: self.scaling.normalisation,
            h_c: Parameter::unknown(),
            nu: Parameter::unknown(),
            parameters: BTreeMap::new(),
            free: 0,
            measure: model.measure(),
            cost: f64::NAN,
            quality: f64::NAN,
            points: self.data.iter().map(|data| point_count(&data.curves)).sum(),
            points_used: 0,
            bootstrap: self.scaling.bootstrap,
            warnings: self.warnings(),
            data: self.uncollapsed(),
            fitted_curves: Vec::new(),
            refits: Refits::default(),
        }
    }

    /// The names of all indicators, joined by "+".
    fn joined(&self, name: fn(&TargetData) -> &str) -> String {
        let all: Vec<&str> = self.data.iter().map(name).collect();
        all.join("+")
    }

    /// Every chain length of any indicator, ascending.
    fn sizes(&self) -> Vec<usize> {
        let curves = self.data.iter().flat_map(|data| &data.curves);
        let mut sizes: Vec<usize> = curves.map(|curve| curve.sites).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// The warnings of all indicators, each once.
    fn warnings(&self) -> Vec<String> {
        let mut warnings: Vec<String> = Vec::new();
        for warning in self.data.iter().flat_map(|data| &data.warnings) {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
        warnings
    }

    /// The curves, not yet collapsed.
    fn uncollapsed(&self) -> Vec<Collapsed> {
        let of_target = |data: &TargetData| {
            let curves = data.curves.iter();
            let curves = curves.map(|curve| Collapsed {
                target: data.target.name.clone(),
                curve: curve.clone(),
                x: Vec::new(),
                factor: 1.0,
            });
            curves.collect::<Vec<_>>()
        };
        self.data.iter().flat_map(of_target).collect()
    }
}
