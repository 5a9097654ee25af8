//! The quality of a collapse: J. Houdayer and A. K. Hartmann, Phys. Rev. B 70, 014418 (2004).
//!
//! Every point is compared with the line through the points of the other sizes that bracket it at
//! x = L^{1/ν}(h − h_c), y = L^{−ζ/ν} A. About 1 is a collapse within the errors. ζ is 0 for bounded
//! indicators, and held there unless the deck frees it.

use super::curve::{Curve, points};
use super::line::Line;
use super::model::{Estimate, Indicator, Method, Model, critical_point, power_law};
use super::range::Range;
use super::search::minimise;

/// The method of the smallest quality.
pub const METHOD: Method = Method {
    name: "quality",
    joint: true,
    models: |_| vec![Box::new(Smallest)],
};

/// Of all points, the fraction that must have another size to compare with: S may not become small
/// because little is compared.
const LEAST_OVERLAP: f64 = 0.5;

struct Smallest;

impl Model for Smallest {
    fn measure(&self) -> &'static str {
        "S"
    }

    fn ranges(&self, indicators: &[Indicator]) -> Vec<Range> {
        let mut ranges = critical_point(indicators);
        ranges.push(Range::linear("zeta", [-2.0, 2.0]).held(0.0));
        ranges
    }

    fn fit(&self, indicators: &[Indicator], ranges: &[Range]) -> Option<Estimate> {
        let all: usize = indicators.iter().map(|one| points(one.curves)).sum();
        let fewest = LEAST_OVERLAP * all as f64;
        let mut scaled: Vec<Quality> = indicators
            .iter()
            .map(|indicator| Quality::new(indicator.curves))
            .collect();
        let best = minimise(ranges, |at| {
            let parts = scaled.iter_mut().map(|one| one.at(at[0], at[1], at[2]));
            let collapse = parts.fold(Collapse::default(), Collapse::with);
            if collapse.points_used as f64 >= fewest {
                collapse.quality()
            } else {
                f64::INFINITY
            }
        })?;
        Some(Estimate::new(ranges, &best.place, best.cost))
    }

    /// What points are compared with: the line through the neighbours of all lengths.
    fn lines(&self, indicators: &[Indicator], estimate: &Estimate) -> Vec<Line> {
        let (critical, exponent) = (estimate.critical, estimate.exponent);
        let zeta = estimate.other("zeta").unwrap_or(0.0);
        let line = |indicator: &Indicator| {
            let mut quality = Quality::new(indicator.curves);
            quality.at(critical, exponent, zeta);
            let longest = indicator.curves.iter().map(|curve| curve.sites).max();
            let stretch = (longest.unwrap_or(1) as f64).powf(1.0 / exponent);
            let abscissae = |curve: &Curve| power_law(critical, exponent, curve);
            let value = |x: f64| {
                let found = quality.master(x / stretch);
                found.map_or(f64::NAN, |(y, _)| y * stretch.powf(-zeta))
            };
            Line::master(indicator.name, indicator.curves, abscissae, value)
        };
        indicators.iter().map(line).collect()
    }
}

/// The collapse of smallest S, with h_c where there are data; nothing when too little overlaps.
pub fn smallest(indicators: &[Indicator]) -> Option<Estimate> {
    Smallest.fit(indicators, &Smallest.ranges(indicators))
}

/// How well curves collapse.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Collapse {
    /// Sum over the points compared of (y − Y)² / (dy² + dY²).
    pub sum: f64,
    /// Points within the reach of another size.
    pub points_used: usize,
}

impl Collapse {
    /// S: the mean; NaN when no point is compared.
    pub fn quality(self) -> f64 {
        self.sum / self.points_used as f64
    }

    /// That of several indicators together.
    pub fn with(self, other: Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            points_used: self.points_used + other.points_used,
        }
    }
}

/// Curves, and the room to rescale them in.
pub struct Quality<'a> {
    curves: &'a [Curve],
    scaled: Vec<Scaled>,
    /// For the points of a curve, what they are compared with.
    lines: Vec<LocalLine>,
}

/// A curve where a collapse puts it.
struct Scaled {
    /// x, ascending, up to a factor common to all.
    abscissae: Vec<f64>,
    ordinates: Vec<f64>,
    errors: Vec<f64>,
    /// 1/dy².
    weights: Vec<f64>,
}

impl<'a> Quality<'a> {
    /// Prepares for `curves`, which have positive errors.
    pub fn new(curves: &'a [Curve]) -> Self {
        let as_it_is = |curve: &Curve| Scaled {
            abscissae: curve.strengths.clone(),
            ordinates: curve.means.clone(),
            errors: curve.errors.clone(),
            weights: curve.errors.iter().map(|error| error.powi(-2)).collect(),
        };
        Self {
            curves,
            scaled: curves.iter().map(as_it_is).collect(),
            lines: Vec::new(),
        }
    }

    /// The collapse at h_c = `critical`, ν = `exponent` and ζ = `zeta`.
    pub fn at(&mut self, critical: f64, exponent: f64, zeta: f64) -> Collapse {
        let longest = self.curves.iter().map(|curve| curve.sites).max();
        for (curve, scaled) in self.curves.iter().zip(&mut self.scaled) {
            // S does not see a common factor of all x; L relative to the longest cannot overflow.
            let length = curve.sites as f64 / longest.unwrap_or(curve.sites) as f64;
            let stretch = length.powf(1.0 / exponent);
            for (x, strength) in scaled.abscissae.iter_mut().zip(&curve.strengths) {
                *x = stretch * (strength - critical);
            }
            if zeta != 0.0 {
                scaled.raise(curve, length.powf(-zeta / exponent));
            }
        }
        self.compare()
    }

    /// The collapse with each curve at these abscissae, ascending.
    pub fn with_abscissae(&mut self, abscissae: Vec<Vec<f64>>) -> Collapse {
        for (scaled, abscissae) in self.scaled.iter_mut().zip(abscissae) {
            scaled.abscissae = abscissae;
        }
        self.compare()
    }

    fn compare(&mut self) -> Collapse {
        let mut collapse = Collapse::default();
        for (own, curve) in self.scaled.iter().enumerate() {
            self.lines.clear();
            self.lines
                .resize(curve.abscissae.len(), LocalLine::default());
            for (_, other) in self.scaled.iter().enumerate().filter(|(k, _)| *k != own) {
                // Both ascend, so that one walk along the other finds the neighbours of all points.
                let mut above = 0;
                for (line, &x) in self.lines.iter_mut().zip(&curve.abscissae) {
                    while other.abscissae.get(above).is_some_and(|&next| next <= x) {
                        above += 1;
                    }
                    line.add_neighbours(other, above, x);
                }
            }
            for (point, line) in self.lines.iter().enumerate() {
                if let Some((value, variance)) = line.at_origin() {
                    let miss = curve.ordinates[point] - value;
                    collapse.sum += miss * miss / (curve.errors[point].powi(2) + variance);
                    collapse.points_used += 1;
                }
            }
        }
        collapse
    }

    /// The master curve at `x` and its variance, (Y, dY²), from all sizes; nothing where none
    /// reaches.
    fn master(&self, x: f64) -> Option<(f64, f64)> {
        let mut line = LocalLine::default();
        for curve in &self.scaled {
            let above = curve.abscissae.partition_point(|&other| other <= x);
            line.add_neighbours(curve, above, x);
        }
        line.at_origin()
    }
}

impl Scaled {
    /// Ordinates and errors of a curve times `factor`.
    fn raise(&mut self, curve: &Curve, factor: f64) {
        for (point, (mean, error)) in curve.means.iter().zip(&curve.errors).enumerate() {
            self.ordinates[point] = factor * mean;
            self.errors[point] = factor * error;
            self.weights[point] = (factor * error).powi(-2);
        }
    }
}

/// The upper one of the two neighbours in an ascending list between which `x` lies, ends included;
/// the first `above` are not greater than x.
#[inline]
fn bracket(ascending: &[f64], above: usize, x: f64) -> Option<usize> {
    let last = ascending.len().checked_sub(1)?;
    if above == last + 1 && ascending[last] == x {
        return (last > 0).then_some(last);
    }
    (1..=last).contains(&above).then_some(above)
}

/// Sums of a weighted least-squares line: K, Kx, Ky, Kxx, Kxy.
#[derive(Default, Clone)]
struct LocalLine {
    weight: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
}

impl LocalLine {
    /// Adds the points of `curve` that bracket `x`, if it reaches so far; the first `above` of them are
    /// not to the right of x.
    #[inline]
    fn add_neighbours(&mut self, curve: &Scaled, above: usize, x: f64) {
        if let Some(upper) = bracket(&curve.abscissae, above, x) {
            for point in [upper - 1, upper] {
                self.add(
                    curve.abscissae[point] - x,
                    curve.ordinates[point],
                    curve.weights[point],
                );
            }
        }
    }

    fn add(&mut self, x: f64, y: f64, weight: f64) {
        self.weight += weight;
        self.x += weight * x;
        self.y += weight * y;
        self.xx += weight * x * x;
        self.xy += weight * x * y;
    }

    /// Value and variance at x = 0; nothing of a line through nothing. Houdayer and Hartmann's
    /// formulas with the origin at the point that is compared, which spares them their cancellations.
    fn at_origin(&self) -> Option<(f64, f64)> {
        let determinant = self.weight * self.xx - self.x * self.x;
        (self.weight > 0.0).then(|| {
            (
                (self.xx * self.y - self.x * self.xy) / determinant,
                self.xx / determinant,
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{curve, found, reference};
    use super::*;

    /// Two sizes, ν = 1, h_c = 1: x = (−2, 0, 2) for L = 2 and (−4, 0, 4) for L = 4.
    #[test]
    fn quality_by_hand() {
        let short = curve(2, &[0.0, 1.0, 2.0], &[3.0, 2.0, 1.0], &[0.1; 3]);
        let long = curve(4, &[0.0, 1.0, 2.0], &[4.5, 2.0, 1.0], &[0.2; 3]);
        let curves = [short, long];
        let collapse = Quality::new(&curves).at(1.0, 1.0, 0.0);
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
        let collapse = Quality::new(&curves).at(1.0, 1.0, 0.0);
        // Level lines, compared at their ends x = ∓1 of a symmetric pair: Y is the weighted mean
        // and dY² = 1/K + 1/Kxx with K = Kxx, because x² = 1. Weights 100, 25, 25 twice each.
        let part = |y: f64, dy: f64, master: f64, weight: f64| {
            (y - master).powi(2) / (dy * dy + 2.0 / (2.0 * weight))
        };
        let expected =
            (part(1.0, 0.1, 3.0, 50.0) + part(2.0, 0.2, 1.6, 125.0) + part(4.0, 0.2, 1.2, 125.0))
                / 3.0;
        assert_eq!(collapse.points_used, 6);
        assert!((collapse.quality() - expected).abs() < 1e-12 * expected);
    }

    #[test]
    fn brackets_include_their_ends() {
        let ascending = [1.0, 2.0, 4.0];
        for (x, upper) in [
            (0.9, None),
            (1.0, Some(1)),
            (1.5, Some(1)),
            (2.0, Some(2)),
            (4.0, Some(2)),
            (4.1, None),
        ] {
            let above = ascending.partition_point(|&other| other <= x);
            assert_eq!(bracket(&ascending, above, x), upper, "{x}");
        }
        assert_eq!(bracket(&[1.0], 1, 1.0), None);
    }

    /// Curves of the published data lie on one another where the literature's fits put them.
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
            let strengths: Vec<f64> = (0..12).map(|place| 4.0 + 0.4 * f64::from(place)).collect();
            let size = sites as f64;
            let means: Vec<f64> = strengths
                .iter()
                .map(|h| size.powf(0.5) * (2.0 - ((h - 6.0) * size / 20.0).tanh()))
                .collect();
            curve(sites, &strengths, &means, &[0.01; 12])
        };
        let curves = [8, 10, 12, 16].map(grown);
        let indicators = [Indicator {
            name: "mass",
            curves: &curves,
        }];
        let mut ranges = Smallest.ranges(&indicators);
        assert!(Smallest.fit(&indicators, &ranges).unwrap().cost > 10.0);
        ranges[2] = Range::linear("zeta", [-2.0, 2.0]);
        let found = Smallest.fit(&indicators, &ranges).unwrap();
        assert!((found.critical - 6.0).abs() < 0.02, "{found:?}");
        assert!((found.exponent - 1.0).abs() < 0.02, "{found:?}");
        assert!(
            (found.other("zeta").unwrap() - 0.5).abs() < 0.02,
            "{found:?}"
        );
    }
}
