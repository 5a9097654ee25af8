//! The likelihood of one indicator's curves under a Gaussian process, with its gradient.
//!
//! The points are Y with errors E, at X = (L/L_max)^{1/ν}(h − h_c). Their likelihood is
//!
//! −ln Λ = ½ Yᵀ Σ⁻¹ Y + ½ ln det Σ + (n/2) ln 2π,
//!
//! Σ_ij = (E_i² + θ_0²) δ_ij + θ_1² exp(−(X_i − X_j)²/2θ_2²)
//! + θ_3² (L_i L_j/L_min²)^{−c_3} exp(−(X_i − X_j)²/2θ_4²).
//!
//! The last term of Σ is the correction to scaling.

use std::f64::consts::TAU;

use faer::linalg::solvers::{DenseSolveCore, Solve};
use faer::{Mat, Side};

use crate::scaling::data::Curve;

/// All curves as one list of points.
///
/// The strengths of the longest chain are rescaled to the width 2, and its means to [−1, 1]. The same
/// ranges of θ then suit all indicators.
pub struct Likelihood {
    /// h.
    strengths: Vec<f64>,
    /// Half of the width of the longest chain's strengths: the unit of X.
    half_width: f64,
    /// ln(L/L_max).
    log_lengths: Vec<f64>,
    /// ln(L_min/L_max).
    log_shortest: f64,
    /// Y, the rescaled means.
    ordinates: Mat<f64>,
    /// Middle of the longest chain's means.
    middle: f64,
    /// Half of the range of the longest chain's means: the unit of Y.
    half_height: f64,
    /// E².
    variances: Vec<f64>,
    /// X of the last parameters.
    abscissae: Vec<f64>,
    /// The master curve's part of Σ, without errors, which the gradient needs again.
    kernel: Mat<f64>,
    /// The correction's part of Σ.
    correction_kernel: Mat<f64>,
}

/// The parameters of the likelihood.
pub struct ProcessParameters<'a> {
    /// h_c.
    pub critical: f64,
    /// ν.
    pub exponent: f64,
    /// c_3 of the correction to scaling.
    pub correction: Option<f64>,
    /// θ_0 to θ_2, or to θ_4 with a correction.
    pub theta: &'a [f64],
}

impl ProcessParameters<'_> {
    /// (L/L_max)^{1/ν} of ln(L/L_max).
    fn stretch(&self, log_length: f64) -> f64 {
        (log_length / self.exponent).exp()
    }
}

/// The middle and the half of the range of values. The half of a constant is 1, because it divides.
fn middle_and_half(values: &[f64]) -> [f64; 2] {
    let [lowest, highest] = values.iter().fold(
        [f64::INFINITY, -f64::INFINITY],
        |[lowest, highest], &value| [value.min(lowest), value.max(highest)],
    );
    let half = (highest - lowest) / 2.0;
    [lowest + half, if half > 0.0 { half } else { 1.0 }]
}

impl Likelihood {
    /// Prepares for `curves`, by ascending length.
    pub fn new(curves: &[Curve]) -> Self {
        let longest = curves.last().expect("there are two lengths or more");
        let [_, half_width] = middle_and_half(&longest.strengths);
        let [middle, half_height] = middle_and_half(&longest.means);
        let log_length = |curve: &Curve| (curve.sites as f64 / longest.sites as f64).ln();
        let all = |values: fn(&Curve) -> &[f64]| -> Vec<f64> {
            curves.iter().flat_map(values).copied().collect()
        };
        let means = all(|curve| &curve.means);
        let points = means.len();
        Self {
            strengths: all(|curve| &curve.strengths),
            half_width,
            log_lengths: curves
                .iter()
                .flat_map(|curve| vec![log_length(curve); curve.strengths.len()])
                .collect(),
            log_shortest: log_length(&curves[0]),
            ordinates: Mat::from_fn(points, 1, |row, _| (means[row] - middle) / half_height),
            middle,
            half_height,
            variances: all(|curve| &curve.errors)
                .into_iter()
                .map(|error| (error / half_height).powi(2))
                .collect(),
            abscissae: vec![0.0; points],
            kernel: Mat::zeros(points, points),
            correction_kernel: Mat::zeros(points, points),
        }
    }

    /// The mean of the master curve given the data, in the units of the data. It is a function of
    /// (L/L_max)^{1/ν}(h − h_c). There is none where the covariance is singular.
    pub fn mean(&mut self, parameters: &ProcessParameters) -> Option<impl Fn(f64) -> f64 + use<>> {
        let covariance = self.covariances(parameters);
        let weights = covariance.llt(Side::Lower).ok()?.solve(&self.ordinates);
        let weights: Vec<f64> = weights.col(0).iter().copied().collect();
        let (middle, half, unit) = (self.middle, self.half_height, self.half_width);
        let (height, width) = (parameters.theta[1], parameters.theta[2]);
        let abscissae = self.abscissae.clone();
        Some(move |x: f64| {
            let near = abscissae.iter().zip(&weights).map(|(own, weight)| {
                let squared = (own - x / unit).powi(2);
                weight * height.powi(2) * (-squared / (2.0 * width.powi(2))).exp()
            });
            middle + half * near.sum::<f64>()
        })
    }

    /// −ln Λ, and its gradient with respect to h_c, ν, c_3 if there is one, θ_0, … Infinity where
    /// the covariance is singular.
    pub fn cost(&mut self, parameters: &ProcessParameters, gradient: Option<&mut Vec<f64>>) -> f64 {
        let points = self.strengths.len();
        // One Cholesky factor Σ = R Rᵀ gives the solution, the determinant and the inverse.
        let Ok(factor) = self.covariances(parameters).llt(Side::Lower) else {
            return f64::INFINITY;
        };
        let weights = factor.solve(&self.ordinates);
        let distance = (self.ordinates.transpose() * &weights)[(0, 0)];
        // ln det Σ is summed from logarithms: the determinant itself would underflow.
        let diagonal = (0..points).map(|point| factor.L()[(point, point)].ln());
        let log_determinant = 2.0 * diagonal.sum::<f64>();
        if let Some(gradient) = gradient {
            self.set_gradient(parameters, &factor.inverse(), &weights, gradient);
        }
        (distance + log_determinant + points as f64 * TAU.ln()) / 2.0
    }

    /// The lower half of Σ, which is all that its factorization reads. Sets X of every point.
    fn covariances(&mut self, parameters: &ProcessParameters) -> Mat<f64> {
        let points = self.strengths.len();
        for (point, x) in self.abscissae.iter_mut().enumerate() {
            let stretch = parameters.stretch(self.log_lengths[point]);
            *x = stretch * (self.strengths[point] - parameters.critical) / self.half_width;
        }
        let mut covariance = Mat::zeros(points, points);
        for column in 0..points {
            for row in column..points {
                covariance[(row, column)] = self.covariance(parameters, row, column);
            }
            // θ_0 is the scatter beyond the errors. It also keeps Σ from being singular.
            covariance[(column, column)] += self.variances[column] + parameters.theta[0].powi(2);
        }
        covariance
    }

    /// The covariance of two points of the master curve. Its parts are kept for the gradient.
    fn covariance(&mut self, parameters: &ProcessParameters, row: usize, column: usize) -> f64 {
        let squared = (self.abscissae[row] - self.abscissae[column]).powi(2);
        let theta = parameters.theta;
        let kernel = theta[1].powi(2) * (-squared / (2.0 * theta[2].powi(2))).exp();
        self.kernel[(row, column)] = kernel;
        let Some(power) = parameters.correction else {
            return kernel;
        };
        let lengths = self.log_length_product(row, column);
        let correction =
            theta[3].powi(2) * (-squared / (2.0 * theta[4].powi(2)) - power * lengths).exp();
        self.correction_kernel[(row, column)] = correction;
        kernel + correction
    }

    /// ln(L_i L_j/L_min²).
    fn log_length_product(&self, row: usize, column: usize) -> f64 {
        self.log_lengths[row] + self.log_lengths[column] - 2.0 * self.log_shortest
    }

    /// ∂(−ln Λ) = ½ tr[(Σ⁻¹ − α αᵀ) ∂Σ] with α = Σ⁻¹ Y.
    ///
    /// One pass over the pairs of points adds to all components. Factors that all pairs share follow
    /// at the end.
    fn set_gradient(
        &self,
        parameters: &ProcessParameters,
        inverse: &Mat<f64>,
        weights: &Mat<f64>,
        gradient: &mut [f64],
    ) {
        let theta = parameters.theta;
        let first = 2 + usize::from(parameters.correction.is_some());
        let inverse_square = |length: f64| length.powi(-2);
        let scale = inverse_square(theta[2]);
        let correction_scale = theta.get(4).map_or(0.0, |&length| inverse_square(length));
        gradient.fill(0.0);
        let by_point: Vec<[f64; 2]> = (0..self.strengths.len())
            .map(|point| self.abscissa_gradient(parameters, point))
            .collect();
        for column in 0..self.strengths.len() {
            let on_diagonal = inverse[(column, column)] - weights[(column, 0)].powi(2);
            gradient[first] += theta[0] * on_diagonal;
            for row in column..self.strengths.len() {
                // Both triangles at once: the factor ½ stays on the diagonal only.
                let share = if row == column { 0.5 } else { 1.0 };
                let part =
                    share * (inverse[(row, column)] - weights[(row, 0)] * weights[(column, 0)]);
                let distance = self.abscissae[row] - self.abscissae[column];
                let kernel = part * self.kernel[(row, column)];
                let mut by_distance = -kernel * distance * scale;
                gradient[first + 1] += kernel;
                gradient[first + 2] += kernel * distance * distance;
                if parameters.correction.is_some() {
                    let correction = part * self.correction_kernel[(row, column)];
                    by_distance -= correction * distance * correction_scale;
                    gradient[2] -= correction * self.log_length_product(row, column);
                    gradient[first + 3] += correction;
                    gradient[first + 4] += correction * distance * distance;
                }
                for (axis, component) in gradient[..2].iter_mut().enumerate() {
                    *component += by_distance * (by_point[row][axis] - by_point[column][axis]);
                }
            }
        }
        gradient[first + 1] *= 2.0 / theta[1];
        gradient[first + 2] *= theta[2].powi(-3);
        if parameters.correction.is_some() {
            gradient[first + 3] *= 2.0 / theta[3];
            gradient[first + 4] *= theta[4].powi(-3);
        }
    }

    /// ∂X/∂h_c and ∂X/∂ν of a point.
    fn abscissa_gradient(&self, parameters: &ProcessParameters, point: usize) -> [f64; 2] {
        let log_length = self.log_lengths[point];
        [
            -parameters.stretch(log_length) / self.half_width,
            -self.abscissae[point] * log_length / parameters.exponent.powi(2),
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
        let parameters = ProcessParameters {
            critical: 2.0,
            exponent: 1.0,
            correction: None,
            theta: &[0.4, 1.2, 1.0],
        };
        let found = Likelihood::new(&curves).cost(&parameters, None);
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
                let parameters = ProcessParameters {
                    critical: at[0],
                    exponent: at[1],
                    correction: correction.then(|| at[2]),
                    theta: &at[2 + usize::from(correction)..],
                };
                likelihood.cost(&parameters, gradient)
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
