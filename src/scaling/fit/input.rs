//! A fit to the data of one or more indicators, with its refits and warnings.

use std::collections::BTreeMap;

use super::record::{Collapsed, Fit, Parameter};
use super::refits::{RefitInput, Refits, refits};
use super::warnings;
use super::workers::Workers;
use crate::deck::{Scaling, Source};
use crate::scaling::data::{Curve, Selection, TargetData, point_count};
use crate::scaling::methods::{Estimate, IndicatorCurves, NestedFits, ScalingModel, ranges};

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
    /// Fits the models of a method to the data and their resamples; collective, the same on every
    /// rank. A fit that finds nothing has no values, and a warning.
    pub fn fits(
        &self,
        workers: &Workers,
        method: &'static str,
        models: &[Box<dyn ScalingModel>],
    ) -> Vec<Fit> {
        let indicators: Vec<IndicatorCurves> = self
            .data
            .iter()
            .map(|data| IndicatorCurves {
                name: &data.target.name,
                curves: &data.curves,
            })
            .collect();
        let mut nested = NestedFits::new(&indicators, &self.scaling.parameters);
        let found = models.iter().map(|model| nested.best(&**model));
        let found: Vec<Option<Estimate>> = found.collect();
        let models = models.iter().map(|model| &**model);
        let fitted = models.clone().zip(&found);
        let input = RefitInput {
            models: fitted
                .filter_map(|(model, found)| Some((model, found.as_ref()?)))
                .collect(),
            data: self.data,
            bounds: &self.scaling.parameters,
            seed: self.scaling.seed,
        };
        let mut refits = refits(workers, &input, self.scaling.bootstrap).into_iter();
        let mut fits = Vec::new();
        for (model, found) in models.zip(&found) {
            let mut fit = self.empty_fit(method, model, &indicators);
            match found {
                Some(estimate) => {
                    fit.refits = refits.next().unwrap_or_default();
                    self.complete(&mut fit, model, estimate, &indicators);
                }
                None => fit.warnings.push(warnings::NOTHING_FOUND.to_owned()),
            }
            fits.push(fit);
        }
        fits
    }

    /// Adds values, curves and warnings to a fit with refits.
    fn complete(
        &self,
        fit: &mut Fit,
        model: &dyn ScalingModel,
        estimate: &Estimate,
        indicators: &[IndicatorCurves],
    ) {
        fit.set(model, estimate);
        fit.fitted_curves = model.fitted_curves(indicators, estimate);
        fit.warnings.extend(model.warnings(estimate));
        let curves: Vec<&Curve> = fit.data.iter().map(|collapsed| &collapsed.curve).collect();
        let ranges = ranges(model, indicators, &self.scaling.parameters);
        let found = warnings::of_fit(&curves, &ranges, fit);
        fit.warnings.extend(found);
        let found = warnings::of_refits(&fit.refits, self.scaling.bootstrap);
        fit.warnings.extend(found);
    }

    /// A fit without values.
    fn empty_fit(
        &self,
        method: &'static str,
        model: &dyn ScalingModel,
        indicators: &[IndicatorCurves],
    ) -> Fit {
        let ranges = ranges(model, indicators, &self.scaling.parameters);
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
            free: ranges.iter().filter(|range| !range.is_held()).count(),
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
