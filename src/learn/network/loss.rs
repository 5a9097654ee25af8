//! The loss that a training minimizes.

use crate::deck::LossKind;
use crate::lanes::Lanes;

/// A loss with the weights of its targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// Which loss.
    pub kind: LossKind,
    /// The weights of the targets, which sum to one.
    pub weights: Vec<f64>,
    /// The units of the targets' errors.
    pub scales: Vec<f64>,
}

/// The likelihood of a sample is weighted with σ^2β.
pub const BETA: f64 = 0.5;

impl Loss {
    /// Equal weights, and errors in the units of the targets.
    pub fn unweighted(kind: LossKind, targets: usize) -> Self {
        Self {
            kind,
            weights: vec![1.0 / targets as f64; targets],
            scales: vec![1.0; targets],
        }
    }

    /// The number of head outputs that are ln σ² of a target, with σ in units of its scale.
    pub fn outputs(&self) -> usize {
        match self.kind {
            LossKind::Mse => 0,
            LossKind::BetaNll => self.weights.len(),
        }
    }

    /// The loss of each lane, with the weight of each target there. Writes its gradients with respect to
    /// the targets and to `log_variances`.
    #[inline(always)]
    pub fn forward(
        &self,
        weights: &[Lanes],
        predicted: &[Lanes],
        exact: &[Lanes],
        log_variances: &[Lanes],
        target_gradients: &mut [Lanes],
        log_variance_gradients: &mut [Lanes],
    ) -> Lanes {
        let mut sum = Lanes::ZERO;
        for (k, &weight) in weights.iter().enumerate() {
            let scale = Lanes::all(1.0 / self.scales[k]);
            let error = (predicted[k] - exact[k]) * scale;
            let square = error * error;
            match self.kind {
                LossKind::Mse => {
                    sum = weight.times_plus(square, sum);
                    target_gradients[k] = Lanes::all(2.0) * weight * error * scale;
                }
                LossKind::BetaNll => {
                    let precision = (Lanes::ZERO - log_variances[k]).exp();
                    // The gradient treats the weight as a constant, as the method prescribes.
                    let weight = weight * (Lanes::all(BETA) * log_variances[k]).exp();
                    let in_deviations = square * precision;
                    let half = Lanes::all(0.5) * weight;
                    sum = half.times_plus(log_variances[k] + in_deviations, sum);
                    target_gradients[k] = weight * error * precision * scale;
                    log_variance_gradients[k] = half * (Lanes::all(1.0) - in_deviations);
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loss of one target, with its gradients.
    struct Found {
        value: f64,
        target_gradient: f64,
        log_variance_gradient: f64,
    }

    fn at(loss: &Loss, predicted: f64, log_variance: f64) -> Found {
        let lanes = Lanes::all;
        let (mut target, mut variance) = ([lanes(0.0)], [lanes(0.0)]);
        let value = loss.forward(
            &[lanes(loss.weights[0])],
            &[lanes(predicted)],
            &[lanes(0.7)],
            &[lanes(log_variance)],
            &mut target,
            &mut variance,
        );
        Found {
            value: value.0[3],
            target_gradient: target[0].0[3],
            log_variance_gradient: variance[0].0[3],
        }
    }

    /// The differences hold the weight σ constant, as the method does.
    #[test]
    fn gradients_of_a_likelihood_are_those_of_finite_differences() {
        let loss = Loss {
            kind: LossKind::BetaNll,
            weights: vec![1.0],
            scales: vec![0.4],
        };
        let (predicted, log_variance, step) = (0.2, -0.6, 1e-6);
        let weight = (BETA * log_variance).exp();
        let likelihood = |predicted: f64, log_variance: f64| {
            let error: f64 = (predicted - 0.7) / 0.4;
            0.5 * (log_variance + error * error * (-log_variance).exp())
        };
        let found = at(&loss, predicted, log_variance);
        assert!((found.value - weight * likelihood(predicted, log_variance)).abs() < 1e-15);
        let along = |x: f64, y: f64| {
            let up = likelihood(predicted + x, log_variance + y);
            weight * (up - likelihood(predicted - x, log_variance - y)) / (2.0 * step)
        };
        assert!((found.target_gradient - along(step, 0.0)).abs() < 1e-8);
        assert!((found.log_variance_gradient - along(0.0, step)).abs() < 1e-8);
    }

    #[test]
    fn squared_errors_are_in_units_of_their_scale() {
        let loss = Loss {
            scales: vec![0.25],
            ..Loss::unweighted(LossKind::Mse, 1)
        };
        let found = at(&loss, 0.2, 0.0);
        assert!((found.value - 4.0).abs() < 1e-14);
        assert!((found.target_gradient + 16.0).abs() < 1e-13);
    }
}
