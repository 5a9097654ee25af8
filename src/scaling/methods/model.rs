//! A method of scaling, and its models of how the curves of all lengths are related.

use std::collections::BTreeMap;
use std::fmt;

use super::fitted_curve::FittedCurve;
use crate::deck::{Bounds, Scaling};
use crate::scaling::data::Curve;
use crate::scaling::search::{Range, restricted};

/// A way to find h_c and ν.
pub struct Method {
    /// Name in decks and results.
    pub name: &'static str,
    /// Whether several indicators can share h_c and ν.
    pub joint: bool,
    /// Its models for a deck, the simplest first.
    pub models: fn(&Scaling) -> Vec<Box<dyn ScalingModel>>,
}

impl fmt::Debug for Method {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Method({})", self.name)
    }
}

/// The curves of one indicator. Several indicators may share h_c and ν.
pub struct IndicatorCurves<'a> {
    /// Name of the indicator.
    pub name: &'a str,
    /// One curve for each chain length, ascending.
    pub curves: &'a [Curve],
}

/// A relation between the curves of all lengths, with parameters that are fitted.
pub trait ScalingModel: Sync {
    /// The model in words; empty if the method has one model only.
    fn ansatz(&self) -> String {
        String::new()
    }

    /// The symbol of the cost, which is minimized.
    fn measure(&self) -> &'static str;

    /// The parameters, with the ranges in which they are searched.
    fn ranges(&self, indicators: &[IndicatorCurves]) -> Vec<Range>;

    /// The models that this one contains: for some values of its further parameters, it is one of them.
    fn contained(&self) -> Vec<Box<dyn ScalingModel>> {
        Vec::new()
    }

    /// The value of a parameter for which this model is the narrower one, of which `narrow` is a fit.
    /// Parameters that both have are equal.
    fn embedded(&self, name: &str, narrow: &Estimate) -> f64 {
        narrow.parameter(name).unwrap_or(f64::NAN)
    }

    /// The best fit within [`ranges`](Self::ranges) as the deck restricts them; `None` when no
    /// parameters are acceptable. It never costs more than any of `starts`, which are parameters.
    fn fit(
        &self,
        indicators: &[IndicatorCurves],
        ranges: &[Range],
        starts: &[Vec<f64>],
    ) -> Option<Estimate>;

    /// The scaled abscissae x of a curve. As functions of x, all lengths share one curve.
    fn abscissae(&self, estimate: &Estimate, curve: &Curve) -> Vec<f64> {
        power_law(estimate.critical, estimate.exponent, curve)
    }

    /// The smooth curves of the fit; empty for a model without any.
    fn fitted_curves(
        &self,
        _indicators: &[IndicatorCurves],
        _estimate: &Estimate,
    ) -> Vec<FittedCurve> {
        Vec::new()
    }

    /// Reasons to distrust an estimate of this model, in words.
    fn warnings(&self, _estimate: &Estimate) -> Vec<String> {
        Vec::new()
    }
}

/// The parameters that a model finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The critical disorder strength h_c.
    pub critical: f64,
    /// The exponent ν of the correlation length; NaN in a model without one.
    pub exponent: f64,
    /// Other parameters, by name.
    pub others: Vec<(String, f64)>,
    /// The smallest cost.
    pub cost: f64,
}

impl Estimate {
    /// An estimate whose first two parameters are h_c and ν.
    pub fn new(ranges: &[Range], parameters: &[f64], cost: f64) -> Self {
        let named = ranges.iter().zip(parameters).skip(2);
        Self {
            critical: parameters[0],
            exponent: parameters[1],
            others: named
                .map(|(range, &value)| (range.name.clone(), value))
                .collect(),
            cost,
        }
    }

    /// A parameter.
    pub fn parameter(&self, name: &str) -> Option<f64> {
        match name {
            "h_c" => Some(self.critical),
            "nu" => Some(self.exponent),
            other => self.other(other),
        }
    }

    /// A parameter beyond h_c and ν.
    pub fn other(&self, name: &str) -> Option<f64> {
        let found = self.others.iter().find(|(known, _)| known == name)?;
        Some(found.1)
    }
}

/// The ranges of a model as the deck restricts them.
pub fn ranges(
    model: &dyn ScalingModel,
    indicators: &[IndicatorCurves],
    deck: &BTreeMap<String, Bounds>,
) -> Vec<Range> {
    restricted(model.ranges(indicators), deck)
}

/// x = L^{1/ν}(h − h_c).
pub fn power_law(critical: f64, exponent: f64, curve: &Curve) -> Vec<f64> {
    let stretch = (curve.sites as f64).powf(1.0 / exponent);
    let scaled = curve.strengths.iter().map(|h| stretch * (h - critical));
    scaled.collect()
}

/// The ranges of h_c, which is searched where there are data, and of ν.
pub fn critical_point(indicators: &[IndicatorCurves]) -> Vec<Range> {
    vec![
        Range::linear("h_c", extent(indicators)),
        Range::logarithmic("nu", [0.2, 5.0]),
    ]
}

/// From the smallest to the largest strength of any curve.
pub fn extent(indicators: &[IndicatorCurves]) -> [f64; 2] {
    let curves = indicators.iter().flat_map(|indicator| indicator.curves);
    let strengths = curves.flat_map(|curve| curve.strengths.iter().copied());
    strengths.fold(
        [f64::INFINITY, f64::NEG_INFINITY],
        |[lowest, highest], h| [lowest.min(h), highest.max(h)],
    )
}

/// The name of a parameter of one indicator. A joint fit has one for each indicator.
pub fn parameter_name(
    indicators: &[IndicatorCurves],
    indicator: &IndicatorCurves,
    name: &str,
) -> String {
    if indicators.len() == 1 {
        name.to_owned()
    } else {
        format!("{}.{name}", indicator.name)
    }
}
