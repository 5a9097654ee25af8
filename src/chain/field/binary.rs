//! Independent fields of two values.

use super::stream::stream_of;
use crate::chain::task::Task;
use crate::random::unit;

/// Independent, h or −h with the same probability: h where the next u of the task's stream is below
/// 1/2.
pub fn binary_field(seed: u64, task: &Task) -> Vec<f64> {
    let mut stream = stream_of(seed, task);
    let mut sign = || if unit(&mut stream) < 0.5 { 1.0 } else { -1.0 };
    (0..task.sites).map(|_| task.strength * sign()).collect()
}
