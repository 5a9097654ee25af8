//! The master curve of Houdayer and Hartmann, and the distance of all points from it.

use crate::scaling::data::Curve;

/// A smaller determinant of a local line, as a fraction of its first term, is rounding.
const LEAST_DETERMINANT: f64 = 1e-13;

/// How well curves collapse.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Collapse {
    /// Sum of (y − Y)² / (dy² + dY²) over the compared points.
    pub sum: f64,
    /// Points with neighbours on the curve of another length.
    pub points_used: usize,
}

impl Collapse {
    /// The quality S, which is the mean over the compared points; NaN when there are none.
    pub fn quality(self) -> f64 {
        self.sum / self.points_used as f64
    }

    /// The collapse of several indicators together.
    pub fn combined(self, other: Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            points_used: self.points_used + other.points_used,
        }
    }
}

/// Curves of one indicator, and buffers for their scaled points.
pub struct MasterCurve<'a> {
    curves: &'a [Curve],
    scaled: Vec<ScaledPoints>,
    /// Whether the ordinates are those of a ζ other than 0.
    has_grown: bool,
    /// The local lines that the points of one curve are compared with.
    lines: Vec<LocalLine>,
}

/// The points of a curve in the collapse.
struct ScaledPoints {
    /// x, ascending, up to a factor common to all curves.
    abscissae: Vec<f64>,
    ordinates: Vec<f64>,
    errors: Vec<f64>,
    /// 1/dy².
    weights: Vec<f64>,
}

impl<'a> MasterCurve<'a> {
    /// Prepares for `curves`, which have positive errors.
    pub fn new(curves: &'a [Curve]) -> Self {
        let unscaled = |curve: &Curve| ScaledPoints {
            abscissae: curve.strengths.clone(),
            ordinates: curve.means.clone(),
            errors: curve.errors.clone(),
            weights: curve.errors.iter().map(|error| error.powi(-2)).collect(),
        };
        Self {
            curves,
            scaled: curves.iter().map(unscaled).collect(),
            has_grown: false,
            lines: Vec::new(),
        }
    }

    /// The collapse at h_c = `critical`, ν = `exponent` and ζ = `zeta`.
    pub fn collapse(&mut self, critical: f64, exponent: f64, zeta: f64) -> Collapse {
        let longest = self.curves.iter().map(|curve| curve.sites).max();
        for (curve, scaled) in self.curves.iter().zip(&mut self.scaled) {
            // S does not depend on a common factor of all x. L^{1/ν} overflows for small ν, and
            // (L/L_max)^{1/ν} cannot.
            let length = curve.sites as f64 / longest.unwrap_or(curve.sites) as f64;
            let stretch = length.powf(1.0 / exponent);
            for (x, strength) in scaled.abscissae.iter_mut().zip(&curve.strengths) {
                *x = stretch * (strength - critical);
            }
            // Ordinates, errors and weights of ζ = 0 never change: most fits skip this.
            if zeta != 0.0 || self.has_grown {
                scaled.set_ordinates(curve, length.powf(-zeta / exponent));
            }
        }
        self.has_grown = zeta != 0.0;
        self.compare()
    }

    /// The collapse with each curve at these ascending abscissae.
    pub fn collapse_at(&mut self, abscissae: Vec<Vec<f64>>) -> Collapse {
        for (scaled, abscissae) in self.scaled.iter_mut().zip(abscissae) {
            scaled.abscissae = abscissae;
        }
        self.compare()
    }

    /// Compares every point with a line through its neighbours on the curves of other lengths.
    ///
    /// The own curve takes no part: a line through the point itself would make any curve collapse.
    fn compare(&mut self) -> Collapse {
        let mut collapse = Collapse::default();
        for (own, curve) in self.scaled.iter().enumerate() {
            self.lines.clear();
            self.lines
                .resize(curve.abscissae.len(), LocalLine::default());
            for (_, other) in self.scaled.iter().enumerate().filter(|(k, _)| *k != own) {
                // Both ascend: one pass over the other curve finds the neighbours of all points.
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
                    let residual = curve.ordinates[point] - value;
                    collapse.sum += residual * residual / (curve.errors[point].powi(2) + variance);
                    collapse.points_used += 1;
                }
            }
        }
        collapse
    }

    /// The master curve Y at `x`, from all lengths; none where no curve has neighbours.
    pub fn value(&self, x: f64) -> Option<f64> {
        let mut line = LocalLine::default();
        for curve in &self.scaled {
            let above = curve.abscissae.partition_point(|&other| other <= x);
            line.add_neighbours(curve, above, x);
        }
        line.at_origin().map(|(value, _)| value)
    }
}

impl ScaledPoints {
    /// Sets ordinates and errors to those of a curve times `factor`.
    fn set_ordinates(&mut self, curve: &Curve, factor: f64) {
        for (point, (mean, error)) in curve.means.iter().zip(&curve.errors).enumerate() {
            self.ordinates[point] = factor * mean;
            self.errors[point] = factor * error;
            self.weights[point] = (factor * error).powi(-2);
        }
    }
}

/// The upper neighbour of `x` in an ascending list, ends included. The first `above` numbers of the
/// list are not greater than x.
#[inline]
fn upper_neighbour(ascending: &[f64], above: usize, x: f64) -> Option<usize> {
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
    /// Adds the two points of `curve` next to `x`, if there are points on both sides. The first
    /// `above` points are not to the right of x.
    #[inline]
    fn add_neighbours(&mut self, curve: &ScaledPoints, above: usize, x: f64) {
        if let Some(upper) = upper_neighbour(&curve.abscissae, above, x) {
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

    /// Value and variance at x = 0; none without points, and none where points of hugely different
    /// weights, or at one x, do not determine the line.
    ///
    /// These are Houdayer and Hartmann's formulas with the origin at the compared point. There, the
    /// terms with x vanish, and with them the cancellations of large sums.
    fn at_origin(&self) -> Option<(f64, f64)> {
        let determinant = self.weight * self.xx - self.x * self.x;
        (determinant > LEAST_DETERMINANT * self.weight * self.xx).then(|| {
            (
                (self.xx * self.y - self.x * self.xy) / determinant,
                self.xx / determinant,
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_include_the_ends() {
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
            assert_eq!(upper_neighbour(&ascending, above, x), upper, "{x}");
        }
        assert_eq!(upper_neighbour(&[1.0], 1, 1.0), None);
    }
}
