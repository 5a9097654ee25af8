//! The likelihood of one indicator's curves under a Gaussian process, with its gradient.

use std::f64::consts::TAU;

use faer::linalg::solvers::{DenseSolveCore, Solve};
use faer::{Mat, Side};

use crate::scaling::data::Curve;

/// All curves as one list of points, rescaled: the longest chain's strengths have the width 2, its
/// means lie in [−1, 1].
pub struct Likelihood {
    /// h in units of half the width.
    strengths: Vec<f64>,
    /// The unit.
    half_width: f64,
    /// ln(L/L_max).
    lengths: Vec<f64>,
    /// ln(L_min/L_max).
    shortest: f64,
    ordinates: Mat<f64>,
    /// Middle and half of the longest chain's extent of means: the unit of the ordinates.
    height: [f64; 2],
    /// E².
    variances: Vec<f64>,
    /// X, and the shape's part of the covariance, kept for the gradient.
    abscissae: Vec<f64>,
    smooth: Mat<f64>,
    corrected: Mat<f64>,
}

/// Where the likelihood is asked for.
pub struct Shape<'a> {
    /// h_c.
    pub critical: f64,
    /// ν.
    pub exponent: f64,
    /// c_3 of the correction to scaling.
    pub correction: Option<f64>,
    /// θ_0 … θ_2, with a correction to θ_4.
    pub theta: &'a [f64],
}

impl Likelihood {
    /// Prepares for `curves`, by ascending length.
    pub fn new(curves: &[Curve]) -> Self {
        let longest = curves.last().expect("there are two lengths or more");
        let extent = |values: &[f64]| {
            let ends = values
                .iter()
                .fold([f64::INFINITY, -f64::INFINITY], |ends, &value| {
                    [value.min(ends[0]), value.max(ends[1])]
                });
            let half = (ends[1] - ends[0]) / 2.0;
            (ends[0] + half, if half > 0.0 { half } else { 1.0 })
        };
        let (_, half_width) = extent(&longest.strengths);
        let (middle, half_height) = extent(&longest.means);
        let log_length = |curve: &Curve| (curve.sites as f64 / longest.sites as f64).ln();
        let all = |values: fn(&Curve) -> &[f64]| -> Vec<f64> {
            curves.iter().flat_map(values).copied().collect()
        };
        let means = all(|curve| &curve.means);
        let points = means.len();
        Self {
            strengths: all(|curve| &curve.strengths),
            half_width,
            lengths: curves
                .iter()
                .flat_map(|curve| vec![log_length(curve); curve.strengths.len()])
                .collect(),
            shortest: log_length(&curves[0]),
            height: [middle, half_height],
            ordinates: Mat::from_fn(points, 1, |row, _| (means[row] - middle) / half_height),
            variances: all(|curve| &curve.errors)
                .into_iter()
                .map(|error| (error / half_height).powi(2))
                .collect(),
            abscissae: vec![0.0; points],
            smooth: Mat::zeros(points, points),
            corrected: Mat::zeros(points, points),
        }
    }

    /// The mean of the master curve given the data, as a function of (L/L_max)^{1/ν}(h − h_c), in the
    /// units of the data; nothing where the covariance is singular.
    pub fn mean(&mut self, shape: &Shape) -> Option<impl Fn(f64) -> f64 + use<>> {
        let covariance = self.covariances(shape);
        let weights = covariance.llt(Side::Lower).ok()?.solve(&self.ordinates);
        let weights: Vec<f64> = weights.col(0).iter().copied().collect();
        let ([middle, half], unit) = (self.height, self.half_width);
        let (height, width) = (shape.theta[1], shape.theta[2]);
        let abscissae = self.abscissae.clone();
        Some(move |x: f64| {
            let near = abscissae.iter().zip(&weights).map(|(own, weight)| {
                let apart = (own - x / unit).powi(2);
                weight * height.powi(2) * (-apart / (2.0 * width.powi(2))).exp()
            });
            middle + half * near.sum::<f64>()
        })
    }

    /// −ln Λ, and its gradient by h_c, ν, (c_3,) θ_0, …; infinity where the covariance is singular.
    pub fn cost(&mut self, shape: &Shape, gradient: Option<&mut Vec<f64>>) -> f64 {
        let points = self.strengths.len();
        let Ok(factor) = self.covariances(shape).llt(Side::Lower) else {
            return f64::INFINITY;
        };
        let weights = factor.solve(&self.ordinates);
        let distance = (self.ordinates.transpose() * &weights)[(0, 0)];
        let roots = (0..points).map(|point| factor.L()[(point, point)].ln());
        let log_determinant = 2.0 * roots.sum::<f64>();
        if let Some(gradient) = gradient {
            self.slopes(shape, &factor.inverse(), &weights, gradient);
        }
        (distance + log_determinant + points as f64 * TAU.ln()) / 2.0
    }

    /// Σ, its lower half, with X of every point.
    fn covariances(&mut self, shape: &Shape) -> Mat<f64> {
        let points = self.strengths.len();
        for (point, x) in self.abscissae.iter_mut().enumerate() {
            let stretch = (self.lengths[point] / shape.exponent).exp();
            *x = stretch * (self.strengths[point] - shape.critical) / self.half_width;
        }
        let mut covariance = Mat::zeros(points, points);
        for column in 0..points {
            for row in column..points {
                covariance[(row, column)] = self.covariance(shape, row, column);
            }
            covariance[(column, column)] += self.variances[column] + shape.theta[0].powi(2);
        }
        covariance
    }

    /// The covariance of two points of the master curve; its parts are kept.
    fn covariance(&mut self, shape: &Shape, row: usize, column: usize) -> f64 {
        let apart = (self.abscissae[row] - self.abscissae[column]).powi(2);
        let theta = shape.theta;
        let smooth = theta[1].powi(2) * (-apart / (2.0 * theta[2].powi(2))).exp();
        self.smooth[(row, column)] = smooth;
        let Some(power) = shape.correction else {
            return smooth;
        };
        let lengths = self.relative_length(row, column);
        let corrected =
            theta[3].powi(2) * (-apart / (2.0 * theta[4].powi(2)) - power * lengths).exp();
        self.corrected[(row, column)] = corrected;
        smooth + corrected
    }

    /// ln(L_i L_j/L_min²).
    fn relative_length(&self, row: usize, column: usize) -> f64 {
        self.lengths[row] + self.lengths[column] - 2.0 * self.shortest
    }

    /// ∂(−ln Λ) = ½ tr[(Σ⁻¹ − α αᵀ) ∂Σ] with α = Σ⁻¹ Y.
    fn slopes(&self, shape: &Shape, inverse: &Mat<f64>, weights: &Mat<f64>, slopes: &mut [f64]) {
        let theta = shape.theta;
        let first = 2 + usize::from(shape.correction.is_some());
        let by_square = |length: f64| length.powi(-2);
        let (scale, scale_corrected) = (
            by_square(theta[2]),
            theta.get(4).map_or(0.0, |&length| by_square(length)),
        );
        slopes.fill(0.0);
        let moves: Vec<[f64; 2]> = (0..self.strengths.len())
            .map(|point| self.moves(shape, point))
            .collect();
        for column in 0..self.strengths.len() {
            let on_diagonal = inverse[(column, column)] - weights[(column, 0)].powi(2);
            slopes[first] += theta[0] * on_diagonal;
            for row in column..self.strengths.len() {
                // Both triangles at once, each with the factor ½.
                let share = if row == column { 0.5 } else { 1.0 };
                let part =
                    share * (inverse[(row, column)] - weights[(row, 0)] * weights[(column, 0)]);
                let apart = self.abscissae[row] - self.abscissae[column];
                let smooth = part * self.smooth[(row, column)];
                let mut by_distance = -smooth * apart * scale;
                slopes[first + 1] += smooth;
                slopes[first + 2] += smooth * apart * apart;
                if shape.correction.is_some() {
                    let corrected = part * self.corrected[(row, column)];
                    by_distance -= corrected * apart * scale_corrected;
                    slopes[2] -= corrected * self.relative_length(row, column);
                    slopes[first + 3] += corrected;
                    slopes[first + 4] += corrected * apart * apart;
                }
                for (axis, slope) in slopes[..2].iter_mut().enumerate() {
                    *slope += by_distance * (moves[row][axis] - moves[column][axis]);
                }
            }
        }
        slopes[first + 1] *= 2.0 / theta[1];
        slopes[first + 2] *= theta[2].powi(-3);
        if shape.correction.is_some() {
            slopes[first + 3] *= 2.0 / theta[3];
            slopes[first + 4] *= theta[4].powi(-3);
        }
    }

    /// ∂X/∂h_c and ∂X/∂ν of a point.
    fn moves(&self, shape: &Shape, point: usize) -> [f64; 2] {
        let stretch = (self.lengths[point] / shape.exponent).exp();
        [
            -stretch / self.half_width,
            -self.abscissae[point] * self.lengths[point] / shape.exponent.powi(2),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::{curve, reference};

    /// Two points at the same X: Σ = [[a, b], [b, a]] with a = E² + θ_0² + θ_1², b = θ_1².
    #[test]
    fn two_points_by_hand() {
        faer::set_global_parallelism(faer::Par::Seq);
        let curves = [
            curve(8, &[2.0], &[0.5], &[0.3]),
            curve(16, &[2.0], &[0.0], &[0.3]),
        ];
        let shape = Shape {
            critical: 2.0,
            exponent: 1.0,
            correction: None,
            theta: &[0.4, 1.2, 1.0],
        };
        let found = Likelihood::new(&curves).cost(&shape, None);
        let (a, b) = (0.09 + 0.16 + 1.44, 1.44);
        let determinant: f64 = a * a - b * b;
        let expected = (0.25 * a / determinant + determinant.ln()) / 2.0 + TAU.ln();
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn the_gradient_is_that_of_differences() {
        faer::set_global_parallelism(faer::Par::Seq);
        let mut likelihood = Likelihood::new(&reference(&[12, 16, 18], [4.0, 9.5]));
        for (at, correction) in [
            (vec![6.1, 0.8, 0.05, 0.9, 1.3], false),
            (vec![6.1, 0.8, 0.7, 0.05, 0.9, 1.3, 0.2, 0.8], true),
        ] {
            let mut cost = |at: &[f64], gradient: Option<&mut Vec<f64>>| {
                let shape = Shape {
                    critical: at[0],
                    exponent: at[1],
                    correction: correction.then(|| at[2]),
                    theta: &at[2 + usize::from(correction)..],
                };
                likelihood.cost(&shape, gradient)
            };
            let mut gradient = vec![0.0; at.len()];
            cost(&at, Some(&mut gradient));
            for axis in 0..at.len() {
                let mut shifted = |step: f64| {
                    let mut at = at.clone();
                    at[axis] += step;
                    cost(&at, None)
                };
                let difference = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
                let error = (gradient[axis] - difference).abs();
                assert!(
                    error < 1e-5 * difference.abs().max(1.0),
                    "{axis}: {gradient:?}"
                );
            }
        }
    }
}
