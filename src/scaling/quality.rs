//! The quality of a collapse: J. Houdayer and A. K. Hartmann, Phys. Rev. B 70, 014418 (2004),
//! without a scaling of the indicator itself (ζ = 0).
//!
//! Every point is compared with the line through the points of the other sizes that bracket it at
//! x = L^{1/ν}(h − h_c). About 1 is a collapse within the errors.

use super::curve::{Curve, points};
use super::search::{Domain, minimise};
use super::{Estimate, Method};

/// The method of the smallest quality.
pub const METHOD: Method = Method {
    name: "quality",
    fit,
};

/// Of all points, the fraction that must have another size to compare with: S may not become small
/// because little is compared.
const LEAST_OVERLAP: f64 = 0.5;

/// How well the curves collapse for one h_c and ν.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Collapse {
    /// S: the mean over the points of (y − Y)² / (dy² + dY²); NaN when no point is compared.
    pub quality: f64,
    /// Points within the reach of another size.
    pub points_used: usize,
}

/// Curves, and the room to rescale them in.
pub struct Quality<'a> {
    curves: &'a [Curve],
    /// The abscissae x of each curve, up to a factor common to all.
    abscissae: Vec<Vec<f64>>,
    /// 1/dy².
    weights: Vec<Vec<f64>>,
}

impl<'a> Quality<'a> {
    /// Prepares for `curves`, which have positive errors.
    pub fn new(curves: &'a [Curve]) -> Self {
        let weights = |curve: &Curve| curve.errors.iter().map(|error| error.powi(-2)).collect();
        Self {
            curves,
            abscissae: curves.iter().map(|curve| curve.strengths.clone()).collect(),
            weights: curves.iter().map(weights).collect(),
        }
    }

    /// The collapse at h_c = `critical` and ν = `exponent`.
    pub fn at(&mut self, critical: f64, exponent: f64) -> Collapse {
        self.rescale(critical, exponent);
        let mut sum = 0.0;
        let mut points_used = 0;
        for (own, curve) in self.curves.iter().enumerate() {
            for (point, &x) in self.abscissae[own].iter().enumerate() {
                if let Some((value, variance)) = self.master(own, x) {
                    let miss = curve.means[point] - value;
                    sum += miss * miss / (curve.errors[point].powi(2) + variance);
                    points_used += 1;
                }
            }
        }
        Collapse {
            quality: sum / points_used as f64,
            points_used,
        }
    }

    fn rescale(&mut self, critical: f64, exponent: f64) {
        let longest = self.curves.iter().map(|curve| curve.sites).max();
        for (curve, abscissae) in self.curves.iter().zip(&mut self.abscissae) {
            // S does not see a common factor of all x; L relative to the longest cannot overflow.
            let length = curve.sites as f64 / longest.unwrap_or(curve.sites) as f64;
            let stretch = length.powf(1.0 / exponent);
            for (x, strength) in abscissae.iter_mut().zip(&curve.strengths) {
                *x = stretch * (strength - critical);
            }
        }
    }

    /// The master curve at `x` and its variance, (Y, dY²), from all sizes but `own`; nothing where
    /// no other size reaches.
    fn master(&self, own: usize, x: f64) -> Option<(f64, f64)> {
        let mut line = Line::default();
        for (other, curve) in self.curves.iter().enumerate() {
            if other == own {
                continue;
            }
            let abscissae = &self.abscissae[other];
            if let Some(upper) = bracket(abscissae, x) {
                for point in [upper - 1, upper] {
                    line.add(
                        abscissae[point] - x,
                        curve.means[point],
                        self.weights[other][point],
                    );
                }
            }
        }
        (line.weight > 0.0).then(|| line.at_origin())
    }
}

/// The upper one of the two neighbours in an ascending list between which `x` lies, ends included.
fn bracket(ascending: &[f64], x: f64) -> Option<usize> {
    let above = ascending.partition_point(|&other| other <= x);
    let last = ascending.len().checked_sub(1)?;
    if above == last + 1 && ascending[last] == x {
        return (last > 0).then_some(last);
    }
    (1..=last).contains(&above).then_some(above)
}

/// Sums of a weighted least-squares line: K, Kx, Ky, Kxx, Kxy.
#[derive(Default)]
struct Line {
    weight: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
}

impl Line {
    fn add(&mut self, x: f64, y: f64, weight: f64) {
        self.weight += weight;
        self.x += weight * x;
        self.y += weight * y;
        self.xx += weight * x * x;
        self.xy += weight * x * y;
    }

    /// Value and variance at x = 0. Houdayer and Hartmann's formulas with the origin at the point
    /// that is compared, which spares them their cancellations.
    fn at_origin(&self) -> (f64, f64) {
        let determinant = self.weight * self.xx - self.x * self.x;
        (
            (self.xx * self.y - self.x * self.xy) / determinant,
            self.xx / determinant,
        )
    }
}

fn fit(curves: &[Curve]) -> Option<Estimate> {
    let fewest = LEAST_OVERLAP * points(curves) as f64;
    let mut quality = Quality::new(curves);
    let best = minimise(Domain::of(curves), |critical, exponent| {
        let collapse = quality.at(critical, exponent);
        if collapse.points_used as f64 >= fewest {
            collapse.quality
        } else {
            f64::INFINITY
        }
    })?;
    Some(Estimate {
        critical: best.critical,
        exponent: best.exponent,
        quality: best.cost,
        points_used: quality.at(best.critical, best.exponent).points_used,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{curve, reference};
    use super::*;

    /// Two sizes, ν = 1, h_c = 1: x = (−2, 0, 2) for L = 2 and (−4, 0, 4) for L = 4.
    #[test]
    fn quality_by_hand() {
        let short = curve(2, &[0.0, 1.0, 2.0], &[3.0, 2.0, 1.0], &[0.1; 3]);
        let long = curve(4, &[0.0, 1.0, 2.0], &[4.5, 2.0, 1.0], &[0.2; 3]);
        let curves = [short, long];
        let collapse = Quality::new(&curves).at(1.0, 1.0);
        // L = 2 against L = 4: at ∓2, half-way: Y = 3.25, 1.5; dY² = (0.2² + 0.2²)/4 = 0.02.
        // At 0 both ways: Y = 2 = y. The ends of L = 4, at ∓4, are out of reach.
        let expected = (0.25_f64.powi(2) + 0.5_f64.powi(2)) / (0.01 + 0.02) / 4.0;
        assert_eq!(collapse.points_used, 4);
        assert!((collapse.quality - expected).abs() < 1e-12);
    }

    /// Three sizes: the line is one fit through the four points of the two others.
    #[test]
    fn several_sizes_share_one_line() {
        let flat = |sites, level, error| curve(sites, &[0.0, 2.0], &[level; 2], &[error; 2]);
        let curves = [flat(4, 1.0, 0.1), flat(4, 2.0, 0.2), flat(4, 4.0, 0.2)];
        let collapse = Quality::new(&curves).at(1.0, 1.0);
        // Level lines, compared at their ends x = ∓1 of a symmetric pair: Y is the weighted mean
        // and dY² = 1/K + 1/Kxx with K = Kxx, because x² = 1. Weights 100, 25, 25 twice each.
        let part = |y: f64, dy: f64, master: f64, weight: f64| {
            (y - master).powi(2) / (dy * dy + 2.0 / (2.0 * weight))
        };
        let expected =
            (part(1.0, 0.1, 3.0, 50.0) + part(2.0, 0.2, 1.6, 125.0) + part(4.0, 0.2, 1.2, 125.0))
                / 3.0;
        assert_eq!(collapse.points_used, 6);
        assert!((collapse.quality - expected).abs() < 1e-12 * expected);
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
            assert_eq!(bracket(&ascending, x), upper, "{x}");
        }
        assert_eq!(bracket(&[1.0], 1.0), None);
    }

    /// Curves of the published data lie on one another where the literature's fits put them.
    #[test]
    fn published_gap_ratios() {
        for (sizes, critical, exponent, quality) in [
            ([12, 14, 16], 5.92, 0.66, 2.55),
            ([14, 16, 18], 6.79, 0.85, 1.79),
        ] {
            let found = fit(&reference(&sizes, [4.0, 9.5])).unwrap();
            assert!((found.critical - critical).abs() < 0.006, "{found:?}");
            assert!((found.exponent - exponent).abs() < 0.006, "{found:?}");
            assert!((found.quality - quality).abs() < 0.006, "{found:?}");
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
        assert!(fit(&curves).is_none());
    }
}
