//! Independent normal fields.

use std::f64::consts::TAU;

use super::stream::stream_of;
use crate::chain::task::Task;
use crate::random::unit;

/// Independent and normal, with mean 0 and standard deviation h. Models of disorder are compared at
/// equal standard deviation (J. Janarek, D. Delande and J. Zakrzewski, Phys. Rev. B 97, 155133).
///
/// Two sites take two numbers u and v of the task's stream (G. E. P. Box and M. E. Muller, Ann. Math.
/// Statist. 29, 610): h √(−2 ln(1 − u)) times cos 2πv and sin 2πv. This formula fixes the stream, where
/// a library of distributions may change its algorithm.
pub fn gaussian_field(seed: u64, task: &Task) -> Vec<f64> {
    let mut stream = stream_of(seed, task);
    let mut pair = || {
        let radius = (-2.0 * (1.0 - unit(&mut stream)).ln()).sqrt();
        let (sine, cosine) = (TAU * unit(&mut stream)).sin_cos();
        [cosine, sine].map(|it| task.strength * radius * it)
    };
    let mut field: Vec<f64> = (0..task.sites.div_ceil(2)).flat_map(|_| pair()).collect();
    field.truncate(task.sites);
    field
}
