//! What a method is: a [`Model`] of how the curves of all sizes hang together.

use std::fmt;

use super::line::Line;
use crate::deck::Scaling;
use crate::scaling::data::Curve;
use crate::scaling::search::Range;

/// A way to find h_c and ν, as the deck names it.
pub struct Method {
    /// Name in decks and results.
    pub name: &'static str,
    /// Whether several indicators can share h_c and ν.
    pub joint: bool,
    /// Its models for a deck, the plainest first.
    pub models: fn(&Scaling) -> Vec<Box<dyn Model>>,
}

impl fmt::Debug for Method {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Method({})", self.name)
    }
}

/// Curves of one indicator for each chain length; several indicators may share h_c and ν.
pub struct Indicator<'a> {
    /// Its name.
    pub name: &'a str,
    /// By ascending length.
    pub curves: &'a [Curve],
}

/// How the curves of all sizes hang together, and what is fitted.
pub trait Model: Sync {
    /// The model in words; empty for a method with one only.
    fn ansatz(&self) -> String {
        String::new()
    }

    /// What is made as small as can be, as a symbol.
    fn measure(&self) -> &'static str;

    /// The parameters that are looked for.
    fn ranges(&self, indicators: &[Indicator]) -> Vec<Range>;

    /// The best fit within ranges, which are those of [`ranges`](Self::ranges) as the deck restricts
    /// them; nothing when none is acceptable.
    fn fit(&self, indicators: &[Indicator], ranges: &[Range]) -> Option<Estimate>;

    /// The scaled abscissae x of a curve; all sizes share one curve of them.
    fn abscissae(&self, estimate: &Estimate, curve: &Curve) -> Vec<f64> {
        power_law(estimate.critical, estimate.exponent, curve)
    }

    /// The curves that the fit draws through the points; none of a model without.
    fn lines(&self, _indicators: &[Indicator], _estimate: &Estimate) -> Vec<Line> {
        Vec::new()
    }

    /// What keeps an estimate of this model from being taken at face value, in words.
    fn warnings(&self, _estimate: &Estimate) -> Vec<String> {
        Vec::new()
    }
}

/// What a model finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The critical disorder strength h_c.
    pub critical: f64,
    /// The exponent ν of the correlation length; NaN in a model without one.
    pub exponent: f64,
    /// Other parameters, by name.
    pub others: Vec<(String, f64)>,
    /// What was made as small as can be.
    pub cost: f64,
}

impl Estimate {
    /// Of parameters that begin with h_c and ν.
    pub fn new(ranges: &[Range], place: &[f64], cost: f64) -> Self {
        let named = ranges.iter().zip(place).skip(2);
        Self {
            critical: place[0],
            exponent: place[1],
            others: named
                .map(|(range, &value)| (range.name.clone(), value))
                .collect(),
            cost,
        }
    }

    /// A parameter beyond h_c and ν.
    pub fn other(&self, name: &str) -> Option<f64> {
        let found = self.others.iter().find(|(known, _)| known == name)?;
        Some(found.1)
    }
}

/// x = L^{1/ν}(h − h_c).
pub fn power_law(critical: f64, exponent: f64, curve: &Curve) -> Vec<f64> {
    let stretch = (curve.sites as f64).powf(1.0 / exponent);
    let scaled = curve.strengths.iter().map(|h| stretch * (h - critical));
    scaled.collect()
}

/// The ranges of h_c, where there are data, and of ν, from 0.2 to 5.
pub fn critical_point(indicators: &[Indicator]) -> Vec<Range> {
    vec![
        Range::linear("h_c", extent(indicators)),
        Range::logarithmic("nu", [0.2, 5.0]),
    ]
}

/// From the smallest to the largest strength of any curve.
pub fn extent(indicators: &[Indicator]) -> [f64; 2] {
    let curves = indicators.iter().flat_map(|indicator| indicator.curves);
    let strengths = curves.flat_map(|curve| curve.strengths.iter().copied());
    strengths.fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], h| {
        [least.min(h), most.max(h)]
    })
}

/// The name of a parameter that each indicator has for itself.
pub fn own_name(indicators: &[Indicator], indicator: &Indicator, name: &str) -> String {
    if indicators.len() == 1 {
        name.to_owned()
    } else {
        format!("{}.{name}", indicator.name)
    }
}
