//! A polynomial for the master curve, by least squares, as in D. J. Luitz, N. Laflorencie and
//! F. Alet, Phys. Rev. B 91, 081103 (2015).
//!
//! For given h_c and ν the problem is linear, and its coefficients follow directly. The search has
//! these two parameters only.

use super::fitted_curve::FittedCurve;
use super::least_squares::{PolynomialFit, WeightedPoint};
use super::model::{
    Estimate, IndicatorCurves, Method, ScalingModel, critical_point, parameter_name, power_law,
};
use crate::scaling::data::{Curve, point_count};
use crate::scaling::search::{Range, Surface, minimise};

/// The method of least squares.
pub const METHOD: Method = Method {
    name: "polynomial",
    joint: true,
    models: |deck| {
        vec![Box::new(Polynomial {
            degree: deck.degree,
        })]
    },
};

struct Polynomial {
    degree: usize,
}

impl Polynomial {
    /// The polynomial of x for one indicator.
    fn at(&self, indicator: &IndicatorCurves, critical: f64, exponent: f64) -> PolynomialFit {
        let mut points = Vec::with_capacity(point_count(indicator.curves));
        for curve in indicator.curves {
            let abscissae = power_law(critical, exponent, curve);
            let values = curve.means.iter().zip(&curve.errors);
            points.extend(abscissae.into_iter().zip(values).map(|(x, (&y, error))| {
                WeightedPoint {
                    x,
                    y,
                    weight: 1.0 / error,
                }
            }));
        }
        PolynomialFit::new(self.degree, &points)
    }
}

impl ScalingModel for Polynomial {
    fn ansatz(&self) -> String {
        format!("degree {}", self.degree)
    }

    fn measure(&self) -> &'static str {
        "χ²/dof"
    }

    fn ranges(&self, indicators: &[IndicatorCurves]) -> Vec<Range> {
        critical_point(indicators)
    }

    fn fit(
        &self,
        indicators: &[IndicatorCurves],
        ranges: &[Range],
        starts: &[Vec<f64>],
    ) -> Option<Estimate> {
        let counts = indicators.iter().map(|one| point_count(one.curves));
        if counts.clone().any(|count| count <= self.degree) {
            return None;
        }
        let points: usize = counts.sum();
        let free = ranges.iter().filter(|range| !range.is_held()).count();
        let freedom = points.checked_sub(free + indicators.len() * (self.degree + 1))?;
        if freedom == 0 {
            return None;
        }
        let best = minimise(ranges, starts, Surface::Smooth, |at| {
            let parts = indicators
                .iter()
                .map(|one| self.at(one, at[0], at[1]).chi_squared);
            parts.sum()
        })?;
        let mut estimate = Estimate::new(ranges, &best.parameters, best.cost / freedom as f64);
        for indicator in indicators {
            let fit = self.at(indicator, best.parameters[0], best.parameters[1]);
            let named = fit.coefficients.into_iter().enumerate();
            estimate.others.extend(named.map(|(power, value)| {
                let name = parameter_name(indicators, indicator, &format!("a_{power}"));
                (name, value)
            }));
        }
        Some(estimate)
    }

    fn fitted_curves(
        &self,
        indicators: &[IndicatorCurves],
        estimate: &Estimate,
    ) -> Vec<FittedCurve> {
        let (critical, exponent) = (estimate.critical, estimate.exponent);
        let curve = |indicator: &IndicatorCurves| {
            let fit = self.at(indicator, critical, exponent);
            let abscissae = |curve: &Curve| power_law(critical, exponent, curve);
            FittedCurve::master(indicator.name, indicator.curves, abscissae, |x| {
                fit.value(x)
            })
        };
        indicators.iter().map(curve).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::{curve, found_by};

    #[test]
    fn a_cubic_is_found() {
        faer::set_global_parallelism(faer::Par::Seq);
        let strengths: Vec<f64> = (0..10).map(|step| 5.0 + 0.2 * f64::from(step)).collect();
        let coefficients = [0.45, -0.008, 1e-4, 3e-5];
        let curves: Vec<Curve> = [8, 10, 14]
            .into_iter()
            .map(|sites| {
                let plain = curve(sites, &strengths, &strengths, &[0.001; 10]);
                let means = power_law(5.8, 0.85, &plain)
                    .into_iter()
                    .map(|x| coefficients.iter().rev().fold(0.0, |sum, a| sum * x + a));
                Curve {
                    means: means.collect(),
                    ..plain
                }
            })
            .collect();
        let found = found_by(&Polynomial { degree: 3 }, &curves).unwrap();
        assert!((found.critical - 5.8).abs() < 1e-3, "{found:?}");
        assert!((found.exponent - 0.85).abs() < 1e-3, "{found:?}");
        assert!(found.cost < 1e-4, "{found:?}");
        for (power, truth) in coefficients.iter().enumerate() {
            let own = found.other(&format!("a_{power}")).unwrap();
            assert!((own - truth).abs() < 0.01 * truth.abs(), "{found:?}");
        }
        // Curves of 3 + 3 points have no degree of freedom left for a cubic, h_c and ν.
        let few = [8, 10].map(|sites| curve(sites, &[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0], &[0.1; 3]));
        assert_eq!(found_by(&Polynomial { degree: 3 }, &few), None);
    }
}
