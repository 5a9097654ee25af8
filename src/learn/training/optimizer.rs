//! Optimizer steps on a flat vector of parameters.
//!
//! A resumed run must continue with the same bits, so that checkpoints hold the moments of the
//! gradients. Optimizers of libraries such as libtorch do not give access to them.

use serde::{Deserialize, Serialize};

/// The decay of Adam's mean of gradients. This constant and the two below are PyTorch's defaults.
const MEAN_DECAY: f64 = 0.9;

/// The decay of the mean of squared gradients.
const SQUARE_DECAY: f64 = 0.999;

/// Keeps the denominator above zero.
const EPSILON: f64 = 1e-8;

/// How a gradient becomes a step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum StepRule {
    /// Adam.
    Adam,
    /// Gradient descent. A step is the gradient and the share `momentum` of the step before.
    Descent { momentum: f64 },
}

/// The state of an optimizer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Optimizer {
    rule: StepRule,
    weight_decay: f64,
    steps: i32,
    mean: Vec<f64>,
    square: Vec<f64>,
}

impl Optimizer {
    /// The state before the first step, for so many parameters. Each step also subtracts from every
    /// parameter its share `weight_decay` times the step size.
    pub fn new(rule: StepRule, weight_decay: f64, parameters: usize) -> Self {
        let squares = match rule {
            StepRule::Adam => parameters,
            StepRule::Descent { .. } => 0,
        };
        Self {
            rule,
            weight_decay,
            steps: 0,
            mean: vec![0.0; parameters],
            square: vec![0.0; squares],
        }
    }

    /// One step of the parameters against `gradient`, which has the same length.
    pub fn step(&mut self, learning_rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        self.steps += 1;
        if self.weight_decay > 0.0 {
            let kept = 1.0 - learning_rate * self.weight_decay;
            parameters
                .iter_mut()
                .for_each(|parameter| *parameter *= kept);
        }
        match self.rule {
            StepRule::Adam => self.adam(learning_rate, parameters, gradient),
            StepRule::Descent { momentum } => {
                for ((parameter, derivative), mean) in
                    parameters.iter_mut().zip(gradient).zip(&mut self.mean)
                {
                    *mean = momentum * *mean + derivative;
                    *parameter -= learning_rate * *mean;
                }
            }
        }
    }

    fn adam(&mut self, learning_rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        let mean_bias = 1.0 - MEAN_DECAY.powi(self.steps);
        let square_bias = (1.0 - SQUARE_DECAY.powi(self.steps)).sqrt();
        let step_size = learning_rate / mean_bias;
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((parameter, derivative), (mean, square)) in
            parameters.iter_mut().zip(gradient).zip(moments)
        {
            *mean = MEAN_DECAY * *mean + (1.0 - MEAN_DECAY) * derivative;
            *square = SQUARE_DECAY * *square + (1.0 - SQUARE_DECAY) * derivative * derivative;
            *parameter -= step_size * *mean / (square.sqrt() / square_bias + EPSILON);
        }
    }
}
