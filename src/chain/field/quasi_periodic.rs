//! The Aubry–André field.

use std::f64::consts::TAU;

use super::stream::stream_of;
use crate::chain::task::Task;
use crate::deck::Phase;
use crate::random::unit;

/// The Aubry–André field h_i = h cos(2πβi + φ), i = 1 … L (S. Iyer, V. Oganesyan, G. Refael and D. A.
/// Huse, Phys. Rev. B 87, 134202).
///
/// A random phase φ, uniform in [0, 2π), is the first number of the task's own stream. In a periodic
/// chain the field jumps at the bond of the last site and the first, unless βL is an integer.
pub fn quasi_periodic_field(seed: u64, beta: f64, phase: Phase, task: &Task) -> Vec<f64> {
    let phase = match phase {
        Phase::Random => TAU * unit(&mut stream_of(seed, task)),
        Phase::Fixed(phase) => phase,
    };
    let wave_number = TAU * beta;
    (1..=task.sites)
        .map(|site| task.strength * (wave_number * site as f64 + phase).cos())
        .collect()
}
