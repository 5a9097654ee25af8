//! Independent fields, uniform in [−h, h].

use super::stream::stream_of;
use crate::chain::task::Task;
use crate::random::unit;

/// Independent and uniform in [−h, h]: h (2u − 1), with the next u of the task's stream for each site.
pub fn random_field(seed: u64, task: &Task) -> Vec<f64> {
    let mut stream = stream_of(seed, task);
    (0..task.sites)
        .map(|_| task.strength * (2.0 * unit(&mut stream) - 1.0))
        .collect()
}
