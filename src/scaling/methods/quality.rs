//! The quality of a collapse: J. Houdayer and A. K. Hartmann, Phys. Rev. B 70, 014418 (2004).
//!
//! Every point at x = L^{1/ν}(h − h_c), y = L^{−ζ/ν} A is compared with a line through its neighbours
//! of the other lengths. A collapse within the errors has S about 1. Bounded indicators have ζ = 0,
//! which is held unless the deck frees it.

use super::fitted_curve::FittedCurve;
use super::master_curve::{Collapse, MasterCurve};
use super::model::{Estimate, IndicatorCurves, Method, ScalingModel, critical_point, power_law};
use crate::deck::Bounds;
use crate::scaling::data::{Curve, point_count};
use crate::scaling::search::{Range, Surface, minimise};

/// The method of the smallest quality.
pub const METHOD: Method = Method {
    name: "quality",
    joint: true,
    models: |deck| {
        let zeta = match deck.parameters.get("zeta") {
            Some(Bounds::Free | Bounds::Between(_)) => Zeta::Free,
            Some(Bounds::Fixed(_)) | None => Zeta::Held,
        };
        vec![Box::new(Quality { zeta })]
    },
};

/// The least fraction of points with neighbours of another length. Without this minimum, S could
/// become small because few points are compared.
const LEAST_OVERLAP: f64 = 0.5;

struct Quality {
    zeta: Zeta,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Zeta {
    /// It is 0.
    Absent,
    /// It is 0, or has the value of the deck.
    Held,
    /// It is searched.
    Free,
}

impl ScalingModel for Quality {
    fn measure(&self) -> &'static str {
        "S"
    }

    fn ranges(&self, indicators: &[IndicatorCurves]) -> Vec<Range> {
        let mut ranges = critical_point(indicators);
        if self.zeta != Zeta::Absent {
            ranges.push(Range::linear("zeta", [-2.0, 2.0]).held(0.0));
        }
        ranges
    }

    fn contained(&self) -> Vec<Box<dyn ScalingModel>> {
        match self.zeta {
            Zeta::Absent | Zeta::Held => Vec::new(),
            Zeta::Free => vec![Box::new(Self { zeta: Zeta::Absent })],
        }
    }

    /// Without growth ζ is 0.
    fn embedded(&self, name: &str, narrow: &Estimate) -> f64 {
        narrow.parameter(name).unwrap_or(0.0)
    }

    fn fit(
        &self,
        indicators: &[IndicatorCurves],
        ranges: &[Range],
        starts: &[Vec<f64>],
    ) -> Option<Estimate> {
        let points: usize = indicators.iter().map(|one| point_count(one.curves)).sum();
        let fewest = LEAST_OVERLAP * points as f64;
        let mut masters: Vec<MasterCurve> = indicators
            .iter()
            .map(|indicator| MasterCurve::new(indicator.curves))
            .collect();
        let best = minimise(ranges, starts, Surface::Smooth, |at| {
            let parts = masters
                .iter_mut()
                .map(|one| one.collapse(at[0], at[1], at.get(2).copied().unwrap_or(0.0)));
            let collapse = parts.fold(Collapse::default(), Collapse::combined);
            if collapse.points_used as f64 >= fewest {
                collapse.quality()
            } else {
                f64::INFINITY
            }
        })?;
        Some(Estimate::new(ranges, &best.parameters, best.cost))
    }

    /// The lines through the neighbours of all lengths.
    fn fitted_curves(
        &self,
        indicators: &[IndicatorCurves],
        estimate: &Estimate,
    ) -> Vec<FittedCurve> {
        let (critical, exponent) = (estimate.critical, estimate.exponent);
        let zeta = estimate.other("zeta").unwrap_or(0.0);
        let curve = |indicator: &IndicatorCurves| {
            let mut master = MasterCurve::new(indicator.curves);
            master.collapse(critical, exponent, zeta);
            let longest = indicator.curves.iter().map(|curve| curve.sites).max();
            // The master curve has x and y relative to those of the longest chain.
            let stretch = (longest.unwrap_or(1) as f64).powf(1.0 / exponent);
            let abscissae = |curve: &Curve| power_law(critical, exponent, curve);
            let value = |x: f64| {
                let found = master.value(x / stretch);
                found.map_or(f64::NAN, |y| y * stretch.powf(-zeta))
            };
            FittedCurve::master(indicator.name, indicator.curves, abscissae, value)
        };
        indicators.iter().map(curve).collect()
    }
}

/// The collapse of smallest S, with h_c where there are data; none when too few points are compared.
pub fn smallest(indicators: &[IndicatorCurves]) -> Option<Estimate> {
    let model = Quality { zeta: Zeta::Absent };
    model.fit(indicators, &model.ranges(indicators), &[])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::NestedFits;
    use super::*;
    use crate::scaling::tests::{curve, found, reference};

    /// Two sizes, ν = 1, h_c = 1: x = (−2, 0, 2) for L = 2 and (−4, 0, 4) for L = 4.
    #[test]
    fn quality_by_hand() {
        let short = curve(2, &[0.0, 1.0, 2.0], &[3.0, 2.0, 1.0], &[0.1; 3]);
        let long = curve(4, &[0.0, 1.0, 2.0], &[4.5, 2.0, 1.0], &[0.2; 3]);
        let curves = [short, long];
        let collapse = MasterCurve::new(&curves).collapse(1.0, 1.0, 0.0);
        // L = 2 against L = 4: at ∓2, half-way: Y = 3.25, 1.5; dY² = (0.2² + 0.2²)/4 = 0.02.
        // At 0 both ways: Y = 2 = y. The ends of L = 4, at ∓4, are out of reach.
        let expected = (0.25_f64.powi(2) + 0.5_f64.powi(2)) / (0.01 + 0.02) / 4.0;
        assert_eq!(collapse.points_used, 4);
        assert!((collapse.quality() - expected).abs() < 1e-12);
    }

    /// Three sizes: the line is one fit through the four points of the two others.
    #[test]
    fn several_sizes_share_one_line() {
        let flat = |sites, level, error| curve(sites, &[0.0, 2.0], &[level; 2], &[error; 2]);
        let curves = [flat(4, 1.0, 0.1), flat(4, 2.0, 0.2), flat(4, 4.0, 0.2)];
        let collapse = MasterCurve::new(&curves).collapse(1.0, 1.0, 0.0);
        // Level lines are compared at their ends x = ∓1. Y is the weighted mean. K = Kxx because
        // x² = 1, so that dY² = 1/K + 1/Kxx. Weights are 100, 25, 25, twice each.
        let part = |y: f64, dy: f64, master: f64, weight: f64| {
            (y - master).powi(2) / (dy * dy + 2.0 / (2.0 * weight))
        };
        let expected =
            (part(1.0, 0.1, 3.0, 50.0) + part(2.0, 0.2, 1.6, 125.0) + part(4.0, 0.2, 1.2, 125.0))
                / 3.0;
        assert_eq!(collapse.points_used, 6);
        assert!((collapse.quality() - expected).abs() < 1e-12 * expected);
    }

    /// The published data collapse where the literature's fits say.
    #[test]
    fn published_gap_ratios() {
        for (sizes, critical, exponent, quality) in [
            ([12, 14, 16], 5.92, 0.66, 2.55),
            ([14, 16, 18], 6.79, 0.85, 1.79),
        ] {
            let found = found(&METHOD, &reference(&sizes, [4.0, 9.5])).unwrap();
            assert!((found.critical - critical).abs() < 0.006, "{found:?}");
            assert!((found.exponent - exponent).abs() < 0.006, "{found:?}");
            assert!((found.cost - quality).abs() < 0.006, "{found:?}");
        }
    }

    /// Without the minimum of points, ν → 0 would stretch the longer curve out of reach.
    #[test]
    fn half_of_the_points_must_be_compared() {
        let wide: Vec<f64> = (0..9).map(f64::from).collect();
        let rising: Vec<f64> = wide.iter().map(|h| 0.1 * h).collect();
        let curves = [
            curve(8, &[3.9, 4.0, 4.1], &[0.9, 0.1, 0.5], &[0.01; 3]),
            curve(16, &wide, &rising, &[0.01; 9]),
        ];
        assert_eq!(found(&METHOD, &curves), None);
    }

    /// A quantity that grows as L^{ζ/ν} collapses with this ζ, and not without.
    #[test]
    fn indicators_that_grow_have_their_own_exponent() {
        let grown = |sites: usize| {
            let strengths: Vec<f64> = (0..12).map(|step| 4.0 + 0.4 * f64::from(step)).collect();
            let size = sites as f64;
            let means: Vec<f64> = strengths
                .iter()
                .map(|h| size.powf(0.5) * (2.0 - ((h - 6.0) * size / 20.0).tanh()))
                .collect();
            curve(sites, &strengths, &means, &[0.01; 12])
        };
        let curves = [8, 10, 12, 16].map(grown);
        let indicators = [IndicatorCurves {
            name: "mass",
            curves: &curves,
        }];
        let best = |zeta, deck: &BTreeMap<String, Bounds>| {
            let mut fits = NestedFits::new(&indicators, deck);
            fits.best(&Quality { zeta }).unwrap()
        };
        assert!(best(Zeta::Held, &BTreeMap::new()).cost > 10.0);
        let deck = BTreeMap::from([("zeta".to_owned(), Bounds::Free)]);
        let found = best(Zeta::Free, &deck);
        assert!((found.critical - 6.0).abs() < 0.02, "{found:?}");
        assert!((found.exponent - 1.0).abs() < 0.02, "{found:?}");
        assert!(
            (found.other("zeta").unwrap() - 0.5).abs() < 0.02,
            "{found:?}"
        );
    }
}
