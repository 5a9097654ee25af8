//! What training makes small.

use crate::deck::LossKind;
use crate::lanes::Lanes;

/// A loss with the weights of its targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// Which.
    pub kind: LossKind,
    /// Weights of the targets; they sum to one.
    pub weights: Vec<f64>,
    /// The errors of the targets are counted in units of these.
    pub scales: Vec<f64>,
}

/// Weight of a sample: σ^2β.
const BETA: f64 = 0.5;

impl Loss {
    /// All targets alike, in their own units.
    pub fn even(kind: LossKind, targets: usize) -> Self {
        Self {
            kind,
            weights: vec![1.0 / targets as f64; targets],
            scales: vec![1.0; targets],
        }
    }

    /// The head's outputs that say how sure the network is: ln σ² of each target, in units of its
    /// scale.
    pub fn outputs(&self) -> usize {
        match self.kind {
            LossKind::Mse => 0,
            LossKind::BetaNll => self.weights.len(),
        }
    }

    /// The loss of each lane; writes its slopes with respect to the targets and to `uncertainty`.
    #[inline(always)]
    pub fn forward(
        &self,
        predicted: &[Lanes],
        exact: &[Lanes],
        uncertainty: &[Lanes],
        target_slopes: &mut [Lanes],
        uncertainty_slopes: &mut [Lanes],
    ) -> Lanes {
        let mut sum = Lanes::ZERO;
        for (k, weight) in self.weights.iter().enumerate() {
            let weight = Lanes::all(*weight);
            let scale = Lanes::all(1.0 / self.scales[k]);
            let error = (predicted[k] - exact[k]) * scale;
            let square = error * error;
            match self.kind {
                LossKind::Mse => {
                    sum = weight.times_plus(square, sum);
                    target_slopes[k] = Lanes::all(2.0) * weight * error * scale;
                }
                LossKind::BetaNll => {
                    let precision = (Lanes::ZERO - uncertainty[k]).exp();
                    let weight = weight * (Lanes::all(BETA) * uncertainty[k]).exp();
                    let surprise = square * precision;
                    let half = Lanes::all(0.5) * weight;
                    sum = half.times_plus(uncertainty[k] + surprise, sum);
                    target_slopes[k] = weight * error * precision * scale;
                    uncertainty_slopes[k] = half * (Lanes::all(1.0) - surprise);
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(loss: &Loss, predicted: f64, uncertainty: f64) -> (f64, f64, f64) {
        let lanes = Lanes::all;
        let (mut slope, mut uncertain) = ([lanes(0.0)], [lanes(0.0)]);
        let value = loss.forward(
            &[lanes(predicted)],
            &[lanes(0.7)],
            &[lanes(uncertainty)],
            &mut slope,
            &mut uncertain,
        );
        (value.0[3], slope[0].0[3], uncertain[0].0[3])
    }

    /// With the weight σ held where it is, as the method has it.
    #[test]
    fn slopes_of_a_likelihood_are_those_of_finite_differences() {
        let loss = Loss {
            kind: LossKind::BetaNll,
            weights: vec![1.0],
            scales: vec![0.4],
        };
        let (predicted, uncertainty, step) = (0.2, -0.6, 1e-6);
        let weight = (BETA * uncertainty).exp();
        let likelihood = |predicted: f64, uncertainty: f64| {
            let error: f64 = (predicted - 0.7) / 0.4;
            0.5 * (uncertainty + error * error * (-uncertainty).exp())
        };
        let (value, slope, uncertain) = at(&loss, predicted, uncertainty);
        assert!((value - weight * likelihood(predicted, uncertainty)).abs() < 1e-15);
        let along = |x: f64, y: f64| {
            let up = likelihood(predicted + x, uncertainty + y);
            weight * (up - likelihood(predicted - x, uncertainty - y)) / (2.0 * step)
        };
        assert!((slope - along(step, 0.0)).abs() < 1e-8);
        assert!((uncertain - along(0.0, step)).abs() < 1e-8);
    }

    #[test]
    fn squared_errors_are_in_units_of_their_scale() {
        let loss = Loss {
            scales: vec![0.25],
            ..Loss::even(LossKind::Mse, 1)
        };
        let (value, slope, _) = at(&loss, 0.2, 0.0);
        assert!((value - 4.0).abs() < 1e-14 && (slope + 16.0).abs() < 1e-13);
    }
}
