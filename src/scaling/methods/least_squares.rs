//! Weighted linear least squares.

use faer::Mat;
use faer::linalg::solvers::SolveLstsq;

/// A point with its weight, 1/dy.
pub struct WeightedPoint {
    pub x: f64,
    pub y: f64,
    pub weight: f64,
}

/// A polynomial, fitted to points.
pub struct PolynomialFit {
    /// The coefficients of x^0, x^1, …
    pub coefficients: Vec<f64>,
    /// χ².
    pub chi_squared: f64,
}

impl PolynomialFit {
    /// The least-squares polynomial through points.
    pub fn new(degree: usize, points: &[WeightedPoint]) -> Self {
        // Powers of numbers up to 1 stay of order 1, which keeps the design matrix well conditioned.
        let unit = points
            .iter()
            .fold(0.0_f64, |largest, point| largest.max(point.x.abs()));
        let design = Mat::from_fn(points.len(), degree + 1, |row, power| {
            points[row].weight * (points[row].x / unit).powi(power as i32)
        });
        let values = Mat::from_fn(points.len(), 1, |row, _| points[row].weight * points[row].y);
        // QR does not square the condition number, as the normal equations would.
        let solution = design.qr().solve_lstsq(&values);
        let residuals = &values - &design * &solution;
        let coefficients = (0..=degree).map(|power| solution[(power, 0)] / unit.powi(power as i32));
        Self {
            coefficients: coefficients.collect(),
            chi_squared: residuals.squared_norm_l2(),
        }
    }

    /// The value at `x`, by Horner's scheme.
    pub fn value(&self, x: f64) -> f64 {
        let descending = self.coefficients.iter().rev();
        descending.fold(0.0, |sum, a| sum * x + a)
    }

    /// The derivative at `x`.
    pub fn slope(&self, x: f64) -> f64 {
        let descending = self.coefficients.iter().enumerate().skip(1).rev();
        descending.fold(0.0, |sum, (power, a)| sum * x + power as f64 * a)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weighted_line_by_hand() {
        // y = 1 has twice the weight of y = 2; y = 4 at x = 1. The line passes through 4, and at 0
        // through (4·1 + 2)/5 = 1.2.
        let points = [(0.0, 1.0, 2.0), (0.0, 2.0, 1.0), (1.0, 4.0, 1.0)];
        let points = points.map(|(x, y, weight)| WeightedPoint { x, y, weight });
        let line = PolynomialFit::new(1, &points);
        assert!((line.coefficients[0] - 1.2).abs() < 1e-14);
        assert!((line.coefficients[1] - 2.8).abs() < 1e-14);
        assert!((line.chi_squared - (4.0 * 0.04 + 0.64)).abs() < 1e-14);
        assert!((line.value(0.5) - 2.6).abs() < 1e-14);
        assert!((line.slope(0.5) - 2.8).abs() < 1e-14);
    }
}
