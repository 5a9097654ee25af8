//! A fit as it is reported.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bootstrap::interval;
use super::refits::Refits;
use crate::deck::{Normalisation, Source};
use crate::scaling::data::Curve;
use crate::scaling::methods::{Collapse, Estimate, FittedCurve, MasterCurve, ScalingModel};

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
    /// Its model in words; empty if the method has one model only.
    pub ansatz: String,
    /// Chain lengths L, ascending.
    pub sizes: Vec<usize>,
    /// The lowest and the highest strength used. h_c depends on this window.
    pub window: [f64; 2],
    /// What the entanglement entropy was divided by.
    pub normalisation: Normalisation,
    /// The critical disorder strength.
    pub h_c: Parameter,
    /// The exponent ν of the correlation length.
    pub nu: Parameter,
    /// Further parameters, by name.
    pub parameters: BTreeMap<String, Parameter>,
    /// The number of free parameters.
    pub free: usize,
    /// The symbol of the cost, which the method minimizes.
    pub measure: &'static str,
    /// The smallest cost.
    pub cost: f64,
    /// The quality S of the collapse, by any method. It is about 1 for a collapse within the errors.
    pub quality: f64,
    /// Points of all curves.
    pub points: usize,
    /// Points with neighbours on the curve of another length.
    pub points_used: usize,
    /// Refits made for the intervals. A warning tells if some failed.
    pub bootstrap: usize,
    /// Reasons to distrust the result, in words.
    pub warnings: Vec<String>,
    /// The curves, with their points in the collapse.
    pub data: Vec<Collapsed>,
    /// The smooth curves of the fit.
    #[serde(rename = "curves")]
    pub fitted_curves: Vec<FittedCurve>,
    /// The result of each refit. Forms are compared refit by refit.
    #[serde(skip)]
    pub refits: Refits,
}

/// A fitted parameter with its central 95 % bootstrap interval; no interval without refits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "Option<StoredParameter>")]
pub struct Parameter {
    /// The best value; NaN (null) if there is none.
    pub value: f64,
    /// The lower end: 2.5 % of the refits are below.
    pub low: Option<f64>,
    /// The upper end: 2.5 % of the refits are above.
    pub high: Option<f64>,
}

/// A parameter as JSON holds it, where null stands for no number.
#[derive(Deserialize)]
struct StoredParameter {
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

impl From<Option<StoredParameter>> for Parameter {
    fn from(stored: Option<StoredParameter>) -> Self {
        stored.map_or_else(Self::unknown, |stored| Self {
            value: stored.value.unwrap_or(f64::NAN),
            low: stored.low,
            high: stored.high,
        })
    }
}

/// A curve of an indicator with its points in the collapse.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Collapsed {
    /// The indicator.
    pub target: String,
    /// The curve.
    #[serde(flatten)]
    pub curve: Curve,
    /// Scaled strengths, such as L^{1/ν}(h − h_c); empty if nothing was found.
    pub x: Vec<f64>,
    /// The factor of means and errors, L^{−ζ/ν}.
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

    /// A parameter without a value.
    pub fn unknown() -> Self {
        Self::new(f64::NAN, &[])
    }
}

impl Fit {
    /// The same fit without curves and refits.
    pub fn without_data(self) -> Self {
        Self {
            data: Vec::new(),
            fitted_curves: Vec::new(),
            refits: Refits::default(),
            ..self
        }
    }

    /// Sets the parameters with the intervals of the refits, and collapses the curves.
    pub fn set(&mut self, model: &dyn ScalingModel, estimate: &Estimate) {
        // The first column of the refits is the cost.
        let parameter =
            |value: f64, column: usize| Parameter::new(value, &self.refits.values(column));
        self.h_c = parameter(estimate.critical, 1);
        self.nu = parameter(estimate.exponent, 2);
        let others = estimate.others.iter().enumerate();
        self.parameters = others
            .map(|(index, (name, value))| (name.clone(), parameter(*value, 3 + index)))
            .collect();
        self.cost = estimate.cost;
        let zeta = estimate.other("zeta").unwrap_or(0.0);
        for collapsed in &mut self.data {
            collapsed.x = model.abscissae(estimate, &collapsed.curve);
            if zeta != 0.0 {
                collapsed.factor = (collapsed.curve.sites as f64).powf(-zeta / estimate.exponent);
            }
        }
        let collapse = collapse(&self.data);
        self.quality = collapse.quality();
        self.points_used = collapse.points_used;
    }
}

impl Collapsed {
    /// The curve times its factor.
    fn multiplied(&self) -> Curve {
        let times = |values: &[f64]| values.iter().map(|value| self.factor * value).collect();
        Curve {
            means: times(&self.curve.means),
            errors: times(&self.curve.errors),
            ..self.curve.clone()
        }
    }
}

/// How well the curves of each indicator collapse, whatever the method.
fn collapse(data: &[Collapsed]) -> Collapse {
    let of_target = data.chunk_by(|a, b| a.target == b.target).map(|data| {
        let curves: Vec<Curve> = data.iter().map(Collapsed::multiplied).collect();
        let abscissae = data.iter().map(|collapsed| collapsed.x.clone()).collect();
        MasterCurve::new(&curves).collapse_at(abscissae)
    });
    of_target.fold(Collapse::default(), Collapse::combined)
}
