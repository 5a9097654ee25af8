//! Adam on a flat vector of parameters.
//!
//! Our own, because libtorch hides the moments of its optimizers, and a run that is resumed must
//! continue bit for bit.

/// Decay of the mean of gradients; PyTorch's default, as are the two below.
const MEAN_DECAY: f64 = 0.9;

/// Decay of the mean of squared gradients.
const SQUARE_DECAY: f64 = 0.999;

/// Keeps the denominator from zero.
const EPSILON: f64 = 1e-8;

/// The state of the optimizer (D. P. Kingma and J. Ba, arXiv:1412.6980, algorithm 1).
pub struct Adam {
    learning_rate: f64,
    steps: i32,
    mean: Vec<f64>,
    square: Vec<f64>,
}

impl Adam {
    /// For this many parameters, before the first step.
    pub fn new(learning_rate: f64, parameters: usize) -> Self {
        Self {
            learning_rate,
            steps: 0,
            mean: vec![0.0; parameters],
            square: vec![0.0; parameters],
        }
    }

    /// Moves the parameters by one step against `gradient`, which is of the same length.
    pub fn step(&mut self, parameters: &mut [f64], gradient: &[f64]) {
        self.steps += 1;
        let mean_bias = 1.0 - MEAN_DECAY.powi(self.steps);
        let square_bias = (1.0 - SQUARE_DECAY.powi(self.steps)).sqrt();
        let step_size = self.learning_rate / mean_bias;
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((parameter, slope), (mean, square)) in parameters.iter_mut().zip(gradient).zip(moments)
        {
            *mean = MEAN_DECAY * *mean + (1.0 - MEAN_DECAY) * slope;
            *square = SQUARE_DECAY * *square + (1.0 - SQUARE_DECAY) * slope * slope;
            *parameter -= step_size * *mean / (square.sqrt() / square_bias + EPSILON);
        }
    }
}

#[cfg(test)]
mod tests {
    use tch::nn::OptimizerConfig;
    use tch::{Device, Tensor, nn};

    use super::*;
    use crate::learn::parameters::to_vec;

    /// The same descent of a quartic by libtorch's Adam, with gradients over many magnitudes.
    #[test]
    fn steps_are_those_of_libtorch() {
        let start = [1.5, -0.3, 2e-4, 40.0];
        let mut store = nn::VarStore::new(Device::Cpu);
        let mut theirs = store.root().zeros("x", &[4]);
        store.double();
        tch::no_grad(|| theirs.copy_(&Tensor::from_slice(&start)));
        let mut optimizer = nn::Adam::default().build(&store, 0.05).unwrap();

        let mut ours = start;
        let mut adam = Adam::new(0.05, start.len());
        for _ in 0..50 {
            optimizer.backward_step(&theirs.pow_tensor_scalar(4).sum(tch::Kind::Double));
            let gradient = ours.map(|x| 4.0 * x * x * x);
            adam.step(&mut ours, &gradient);
            for (own, their) in ours.iter().zip(to_vec(&theirs)) {
                let difference = (own - their).abs();
                assert!(difference < 1e-14 * own.abs().max(1.0), "{own} {their}");
            }
        }
        assert!(ours[0] < 0.5, "{ours:?} did not descend");
    }
}
