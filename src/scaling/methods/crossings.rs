//! Where the curves of neighbouring lengths cross, extrapolated to the infinite chain.
//!
//! Each curve is smoothed by a polynomial of its own. The crossing of L and L′ has the abscissa
//! 1/L̄ = 2/(L + L′). A line through all crossings gives h_c at 1/L̄ = 0. At a crossing the slopes are
//! proportional to L^{1/ν}, which gives an exponent for each pair. ν is that of the longest pair.

use super::fitted_curve::FittedCurve;
use super::least_squares::{PolynomialFit, WeightedPoint};
use super::model::{Estimate, IndicatorCurves, Method, ScalingModel, extent};
use crate::scaling::data::Curve;
use crate::scaling::search::Range;

/// The method of crossings.
///
/// Crossings are measured, not fitted. The only setting they use is the deck's bounds on h_c. Each
/// indicator has its own crossings, so that there is no joint fit.
pub const METHOD: Method = Method {
    name: "crossings",
    joint: false,
    models: |deck| {
        vec![Box::new(Crossings {
            degree: deck.degree,
        })]
    },
};

/// Steps in which the difference of two curves is searched for a change of sign.
const STEPS: usize = 200;
/// Halvings of a step: the crossing is then exact to rounding.
const BISECTIONS: usize = 40;

const ONE_CROSSING: &str = "one pair of sizes crosses: h_c is that crossing, not extrapolated to \
                            the infinite chain";
const TWO_CROSSINGS: &str = "h_c is the end of a straight line through two crossings. Nothing tests \
                             this line, so do not quote h_c. Compute a further size, and look at \
                             the crossings themselves";

struct Crossings {
    degree: usize,
}

/// A curve, smoothed by a polynomial in h − `middle`.
struct SmoothedCurve {
    sites: usize,
    middle: f64,
    polynomial: PolynomialFit,
    /// The lowest and the highest strength of the curve.
    extent: [f64; 2],
}

/// Where two curves cross, and the exponent that their slopes give there.
struct Crossing {
    sites: [usize; 2],
    strength: f64,
    exponent: f64,
}

impl ScalingModel for Crossings {
    fn ansatz(&self) -> String {
        format!("degree {}", self.degree)
    }

    fn measure(&self) -> &'static str {
        "χ²/dof of the curves"
    }

    fn ranges(&self, indicators: &[IndicatorCurves]) -> Vec<Range> {
        vec![Range::linear("h_c", extent(indicators))]
    }

    fn fit(
        &self,
        indicators: &[IndicatorCurves],
        ranges: &[Range],
        _starts: &[Vec<f64>],
    ) -> Option<Estimate> {
        let [indicator] = indicators else { return None };
        let degree = self.degree;
        let smoothed: Vec<SmoothedCurve> = indicator
            .curves
            .iter()
            .map(|curve| SmoothedCurve::new(curve, degree))
            .collect::<Option<_>>()?;
        let window = [ranges[0].from, ranges[0].to];
        let crossings: Vec<Crossing> = smoothed
            .windows(2)
            .filter_map(|pair| Crossing::of(&pair[0], &pair[1], window))
            .collect();
        let last = crossings.last()?;
        let chi_squared = smoothed.iter().map(|curve| curve.polynomial.chi_squared);
        // An exact polynomial has no degree of freedom, and a χ² of 0: it counts as one.
        let freedom: usize = indicator
            .curves
            .iter()
            .map(|curve| (curve.means.len() - degree - 1).max(1))
            .sum();
        Some(Estimate {
            critical: extrapolate(&crossings),
            exponent: last.exponent,
            others: crossings.iter().flat_map(Crossing::parameters).collect(),
            cost: chi_squared.sum::<f64>() / freedom as f64,
        })
    }

    fn fitted_curves(&self, indicators: &[IndicatorCurves], _: &Estimate) -> Vec<FittedCurve> {
        let mut found = Vec::new();
        for indicator in indicators {
            let smoothed = indicator.curves.iter();
            let smoothed = smoothed.filter_map(|curve| SmoothedCurve::new(curve, self.degree));
            found.extend(smoothed.map(|curve| {
                let value = |h: f64| curve.value(h);
                FittedCurve::between(indicator.name, Some(curve.sites), curve.extent, value)
            }));
        }
        found
    }

    fn warnings(&self, estimate: &Estimate) -> Vec<String> {
        let pairs = estimate.others.iter();
        let crossings = pairs.filter(|(name, _)| name.starts_with("h_")).count();
        let warning = match crossings {
            1 => ONE_CROSSING,
            2 => TWO_CROSSINGS,
            _ => return Vec::new(),
        };
        vec![warning.to_owned()]
    }
}

impl SmoothedCurve {
    /// Fits the polynomial; none for fewer points than coefficients.
    fn new(curve: &Curve, degree: usize) -> Option<Self> {
        let (&first, &last) = (curve.strengths.first()?, curve.strengths.last()?);
        if curve.strengths.len() <= degree {
            return None;
        }
        let middle = (first + last) / 2.0;
        let values = curve.means.iter().zip(&curve.errors);
        let points: Vec<WeightedPoint> = curve
            .strengths
            .iter()
            .zip(values)
            .map(|(h, (&mean, error))| WeightedPoint {
                x: h - middle,
                y: mean,
                weight: 1.0 / error,
            })
            .collect();
        Some(Self {
            sites: curve.sites,
            middle,
            polynomial: PolynomialFit::new(degree, &points),
            extent: [first, last],
        })
    }

    fn value(&self, h: f64) -> f64 {
        self.polynomial.value(h - self.middle)
    }

    fn slope(&self, h: f64) -> f64 {
        self.polynomial.slope(h - self.middle)
    }
}

impl Crossing {
    /// The crossing of two curves within the extent of both and the window.
    ///
    /// Polynomials may cross again where noise bends them. Of several crossings, the one with the
    /// largest difference of slopes is taken.
    fn of(shorter: &SmoothedCurve, longer: &SmoothedCurve, window: [f64; 2]) -> Option<Self> {
        let from = shorter.extent[0].max(longer.extent[0]).max(window[0]);
        let to = shorter.extent[1].min(longer.extent[1]).min(window[1]);
        let difference = |h: f64| longer.value(h) - shorter.value(h);
        let node = |step: usize| from + (to - from) * step as f64 / STEPS as f64;
        let steepness = |h: f64| (longer.slope(h) - shorter.slope(h)).abs();
        let strength = (0..STEPS)
            .map(|step| [node(step), node(step + 1)])
            .filter(|[left, right]| {
                from < to && (difference(*left) > 0.0) != (difference(*right) > 0.0)
            })
            .map(|[left, right]| bisect(difference, left, right))
            .max_by(|&a, &b| steepness(a).total_cmp(&steepness(b)))?;
        let ratio = longer.slope(strength) / shorter.slope(strength);
        let sites = [shorter.sites, longer.sites];
        let exponent = (sites[1] as f64 / sites[0] as f64).ln() / ratio.ln();
        Some(Self {
            sites,
            strength,
            // At a transition the slopes grow with the length. Otherwise there is no exponent.
            exponent: if exponent > 0.0 { exponent } else { f64::NAN },
        })
    }

    /// The results of a pair, by name.
    fn parameters(&self) -> [(String, f64); 2] {
        let [shorter, longer] = self.sites;
        [
            (format!("h_{shorter}_{longer}"), self.strength),
            (format!("nu_{shorter}_{longer}"), self.exponent),
        ]
    }
}

/// The root of `value` between two positions where its signs differ.
fn bisect(value: impl Fn(f64) -> f64, mut left: f64, mut right: f64) -> f64 {
    let sign = value(left) > 0.0;
    for _ in 0..BISECTIONS {
        let middle = (left + right) / 2.0;
        if (value(middle) > 0.0) == sign {
            left = middle;
        } else {
            right = middle;
        }
    }
    (left + right) / 2.0
}

/// The least-squares line over 1/L̄ at 0, or the crossing itself if there is only one.
fn extrapolate(crossings: &[Crossing]) -> f64 {
    if let [one] = crossings {
        return one.strength;
    }
    // Errors of crossings are not known before the refits: all have the same weight.
    let points: Vec<WeightedPoint> = crossings
        .iter()
        .map(|pair| WeightedPoint {
            x: 2.0 / (pair.sites[0] + pair.sites[1]) as f64,
            y: pair.strength,
            weight: 1.0,
        })
        .collect();
    PolynomialFit::new(1, &points).coefficients[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::{curve, found_by, reference};

    /// Lines with slopes −L^{1/ν} through (h_L, 1/2), h_L such that neighbours cross where wanted.
    #[test]
    fn crossings_by_hand() {
        faer::set_global_parallelism(faer::Par::Seq);
        let strengths: Vec<f64> = (0..21).map(|step| 4.0 + 0.2 * f64::from(step)).collect();
        let line = |sites: usize, through: [f64; 2]| {
            let slope = -0.01 * (sites as f64).powf(1.0 / 0.8);
            let means: Vec<f64> = strengths
                .iter()
                .map(|h| through[1] + slope * (h - through[0]))
                .collect();
            curve(sites, &strengths, &means, &[0.01; 21])
        };
        // At 1/L̄ = 1/9, 1/11: crossings at 7 − 9/9 and 7 − 9/11.
        let value = |curve: &Curve, h: f64| {
            let slope = (curve.means[1] - curve.means[0]) / 0.2;
            curve.means[0] + slope * (h - 4.0)
        };
        let short = line(8, [6.0, 0.5]);
        let middle = line(10, [6.0, 0.5]);
        let second = 7.0 - 9.0 / 11.0;
        let long = line(12, [second, value(&middle, second)]);
        let found = found_by(&Crossings { degree: 2 }, &[short, middle, long]).unwrap();
        assert!(
            (found.other("h_8_10").unwrap() - 6.0).abs() < 1e-9,
            "{found:?}"
        );
        assert!((found.other("h_10_12").unwrap() - second).abs() < 1e-9);
        assert!((found.critical - 7.0).abs() < 1e-8, "{found:?}");
        assert!((found.exponent - 0.8).abs() < 1e-8, "{found:?}");
    }

    /// Two points cannot test a line, and one point gives none.
    #[test]
    fn untested_extrapolations_have_a_warning() {
        faer::set_global_parallelism(faer::Par::Seq);
        let model = Crossings { degree: 5 };
        for (sizes, warning) in [
            (&[14, 16][..], Some(ONE_CROSSING)),
            (&[14, 16, 18], Some(TWO_CROSSINGS)),
            (&[12, 14, 16, 18], None),
        ] {
            let found = found_by(&model, &reference(sizes, [4.0, 9.5])).unwrap();
            assert_eq!(model.warnings(&found).first().map(String::as_str), warning);
            if sizes.len() == 2 {
                assert_eq!(Some(found.critical), found.other("h_14_16"));
            }
        }
    }

    /// The drift of the published data: 5.8 for 12 and 14, 6.7 for 14 and 16, 7.2 for 16 and 18.
    #[test]
    fn published_gap_ratios() {
        faer::set_global_parallelism(faer::Par::Seq);
        let curves = reference(&[12, 14, 16, 18], [4.0, 9.5]);
        let found = found_by(&Crossings { degree: 5 }, &curves).unwrap();
        for (name, expected) in [("h_12_14", 5.8), ("h_14_16", 6.7), ("h_16_18", 7.2)] {
            let crossing = found.other(name).unwrap();
            assert!((crossing - expected).abs() < 0.2, "{found:?}");
        }
    }

    #[test]
    fn parallel_curves_have_none() {
        faer::set_global_parallelism(faer::Par::Seq);
        let strengths = [1.0, 2.0, 3.0, 4.0, 5.0];
        let level = |sites, mean| curve(sites, &strengths, &[mean; 5], &[0.1; 5]);
        assert_eq!(
            found_by(&Crossings { degree: 3 }, &[level(8, 0.1), level(10, 0.2)]),
            None
        );
    }
}
