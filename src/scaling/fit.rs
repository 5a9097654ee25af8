//! One fit as it is reported.

use std::collections::BTreeMap;

use serde::Serialize;

use super::bootstrap::interval;
use super::curve::{Curve, points};
use super::data::{Data, Selection};
use super::line::Line;
use super::model::{Estimate, Indicator, Model};
use super::quality::{Collapse, Quality};
use super::range::restricted;
use super::refits::{Refits, Task, refits};
use super::warnings;
use super::workers::Workers;
use crate::deck::{Scaling, Source};
use crate::indicators::{self, Normalisation};

/// The scaling of an indicator, or of several together, at one energy density by one method: an
/// entry of scaling.json.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// Where the data come from.
    pub source: Source,
    /// The indicator; several are joined by "+".
    pub target: String,
    /// Its symbol.
    pub symbol: String,
    /// Energy density ε; none of means from elsewhere.
    pub energy_density: Option<f64>,
    /// The method.
    pub method: &'static str,
    /// Its model in words; empty where it has one only.
    pub ansatz: String,
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
    /// Further parameters, by name.
    pub parameters: BTreeMap<String, Parameter>,
    /// How many parameters were looked for.
    pub free: usize,
    /// What the method makes as small as can be, as a symbol.
    pub measure: &'static str,
    /// Its value.
    pub cost: f64,
    /// The quality S of the collapse, about 1 when it holds within the errors; whatever the method.
    pub quality: f64,
    /// Points of all curves.
    pub points: usize,
    /// Points that could be compared with another size.
    pub points_used: usize,
    /// Refits made for the intervals; a warning says if some failed.
    pub bootstrap: usize,
    /// What keeps the result from being taken at face value, in words.
    pub warnings: Vec<String>,
    /// The curves, and where the fit puts them.
    pub data: Vec<Scaled>,
    /// The curves that the fit draws through them.
    #[serde(rename = "curves")]
    pub lines: Vec<Line>,
    /// What each refit gave: forms are compared refit by refit.
    #[serde(skip)]
    pub refits: Refits,
}

/// A fitted parameter with its central 95 % bootstrap interval; no interval without refits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Parameter {
    /// The best value; NaN (null) where there is none.
    pub value: f64,
    /// 2.5 % of the refits are below.
    pub low: Option<f64>,
    /// 2.5 % of the refits are above.
    pub high: Option<f64>,
}

/// A curve of an indicator with its place in the collapse.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scaled {
    /// The indicator.
    pub target: String,
    /// The curve.
    #[serde(flatten)]
    pub curve: Curve,
    /// Scaled strengths, such as L^{1/ν}(h − h_c); empty where nothing was found.
    pub x: Vec<f64>,
    /// What means and errors are multiplied by: L^{−ζ/ν}.
    pub factor: f64,
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

    fn unknown() -> Self {
        Self::new(f64::NAN, &[])
    }
}

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
                let known = indicators::find(&data.target);
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

impl Fit {
    /// The same without curves and refits.
    pub fn without_data(self) -> Self {
        Self {
            data: Vec::new(),
            lines: Vec::new(),
            refits: Refits::default(),
            ..self
        }
    }

    /// Takes in what was found, with the intervals of the refits.
    fn set(&mut self, model: &dyn Model, estimate: &Estimate) {
        let parameter =
            |value: f64, column: usize| Parameter::new(value, &self.refits.values(column));
        self.h_c = parameter(estimate.critical, 1);
        self.nu = parameter(estimate.exponent, 2);
        let others = estimate.others.iter().enumerate();
        self.parameters = others
            .map(|(place, (name, value))| (name.clone(), parameter(*value, 3 + place)))
            .collect();
        self.cost = estimate.cost;
        let zeta = estimate.other("zeta").unwrap_or(0.0);
        for scaled in &mut self.data {
            scaled.x = model.abscissae(estimate, &scaled.curve);
            if zeta != 0.0 {
                scaled.factor = (scaled.curve.sites as f64).powf(-zeta / estimate.exponent);
            }
        }
        let collapse = collapse(&self.data);
        self.quality = collapse.quality();
        self.points_used = collapse.points_used;
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

impl Scaled {
    fn multiplied(&self) -> Curve {
        let times = |values: &[f64]| values.iter().map(|value| self.factor * value).collect();
        Curve {
            means: times(&self.curve.means),
            errors: times(&self.curve.errors),
            ..self.curve.clone()
        }
    }
}
