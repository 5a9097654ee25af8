//! A polynomial for the master curve, by least squares, as in D. J. Luitz, N. Laflorencie and
//! F. Alet, Phys. Rev. B 91, 081103 (2015).
//!
//! For each h_c and ν the best coefficients follow at once; only these two are looked for.

use super::least_squares::weighted;
use super::line::Line;
use super::model::{Estimate, Indicator, Method, Model, critical_point, own_name, power_law};
use crate::scaling::data::{Curve, points};
use crate::scaling::search::{Range, minimise};

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
    /// The coefficients of x^k for one indicator, and χ².
    fn coefficients(&self, indicator: &Indicator, critical: f64, exponent: f64) -> (Vec<f64>, f64) {
        let mut points = Vec::with_capacity(points(indicator.curves));
        for curve in indicator.curves {
            let abscissae = power_law(critical, exponent, curve);
            let values = curve.means.iter().zip(&curve.errors);
            let weighed = values.map(|(&mean, error)| (mean, 1.0 / error));
            points.extend(abscissae.into_iter().zip(weighed));
        }
        weighted(self.degree, &points)
    }
}

impl Model for Polynomial {
    fn ansatz(&self) -> String {
        format!("degree {}", self.degree)
    }

    fn measure(&self) -> &'static str {
        "χ²/dof"
    }

    fn ranges(&self, indicators: &[Indicator]) -> Vec<Range> {
        critical_point(indicators)
    }

    fn fit(&self, indicators: &[Indicator], ranges: &[Range]) -> Option<Estimate> {
        let all: usize = indicators.iter().map(|one| points(one.curves)).sum();
        let free = ranges.iter().filter(|range| !range.is_held()).count();
        let freedom = all.checked_sub(free + indicators.len() * (self.degree + 1))?;
        if freedom == 0 {
            return None;
        }
        let best = minimise(ranges, |at| {
            let parts = indicators
                .iter()
                .map(|one| self.coefficients(one, at[0], at[1]).1);
            let sum: f64 = parts.sum();
            if sum.is_nan() { f64::INFINITY } else { sum }
        })?;
        let mut estimate = Estimate::new(ranges, &best.place, best.cost / freedom as f64);
        for indicator in indicators {
            let (own, _) = self.coefficients(indicator, best.place[0], best.place[1]);
            estimate
                .others
                .extend(own.into_iter().enumerate().map(|(power, value)| {
                    (
                        own_name(indicators, indicator, &format!("a_{power}")),
                        value,
                    )
                }));
        }
        Some(estimate)
    }

    fn lines(&self, indicators: &[Indicator], estimate: &Estimate) -> Vec<Line> {
        let line = |indicator: &Indicator| {
            let (critical, exponent) = (estimate.critical, estimate.exponent);
            let (own, _) = self.coefficients(indicator, critical, exponent);
            let abscissae = |curve: &Curve| power_law(critical, exponent, curve);
            let value = |x: f64| own.iter().rev().fold(0.0, |sum, a| sum * x + a);
            Line::master(indicator.name, indicator.curves, abscissae, value)
        };
        indicators.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::{curve, found_by};

    #[test]
    fn a_weighted_line_by_hand() {
        // y = 1 twice as certain as y = 2, y = 4 at x = 1: through 4, and (4·1 + 2)/5 = 1.2 at 0.
        let points = [(0.0, (1.0, 2.0)), (0.0, (2.0, 1.0)), (1.0, (4.0, 1.0))];
        let (line, misses) = weighted(1, &points);
        assert!((line[0] - 1.2).abs() < 1e-14 && (line[1] - 2.8).abs() < 1e-14);
        assert!((misses - (4.0 * 0.04 + 0.64)).abs() < 1e-14);
    }

    #[test]
    fn a_cubic_is_found() {
        faer::set_global_parallelism(faer::Par::Seq);
        let strengths: Vec<f64> = (0..10).map(|place| 5.0 + 0.2 * f64::from(place)).collect();
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
        // Curves of 3 + 3 points leave nothing to judge a cubic, h_c and ν by.
        let few = [8, 10].map(|sites| curve(sites, &[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0], &[0.1; 3]));
        assert_eq!(found_by(&Polynomial { degree: 3 }, &few), None);
    }
}
