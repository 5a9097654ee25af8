//! A fit as it is reported.

use std::collections::BTreeMap;

use serde::Serialize;

use super::bootstrap::interval;
use super::collapse;
use super::refits::Refits;
use crate::deck::{Normalisation, Source};
use crate::scaling::data::Curve;
use crate::scaling::methods::{Estimate, Line, Model};

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

    /// A parameter that no fit has found.
    pub fn unknown() -> Self {
        Self::new(f64::NAN, &[])
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
    pub fn set(&mut self, model: &dyn Model, estimate: &Estimate) {
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

impl Scaled {
    /// The curve with its means and errors multiplied by the factor.
    pub fn multiplied(&self) -> Curve {
        let times = |values: &[f64]| values.iter().map(|value| self.factor * value).collect();
        Curve {
            means: times(&self.curve.means),
            errors: times(&self.curve.errors),
            ..self.curve.clone()
        }
    }
}
