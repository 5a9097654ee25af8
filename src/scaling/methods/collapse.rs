//! How well curves of several lengths fall onto one.

use crate::scaling::data::Curve;

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
    pub fn master(&self, x: f64) -> Option<(f64, f64)> {
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
    use super::*;

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
}
