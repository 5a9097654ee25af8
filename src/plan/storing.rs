//! How long rank 0 takes to merge results into data.h5.

use serde::{Deserialize, Serialize};

/// Measured on a busy Zen 3 core: 9 µs for each of 10⁶ tasks, all of them new.
const SECONDS_PER_TASK: f64 = 3e-6;
const SECONDS_PER_RESULT: f64 = 6e-6;

/// A slow disk, or one that others use.
const BYTES_PER_SECOND: f64 = 2e8;

/// A line of run.jsonl.
const BYTES_PER_LINE: f64 = 320.0;

/// Several files are written, synced and renamed.
const LEAST_SECONDS: f64 = 0.05;

/// A machine that is slower than this is one that stood still for a moment.
const SLOWEST: f64 = 10.0;

/// Predicted seconds of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Storing {
    /// For data.h5 and run.jsonl as they are.
    fixed: f64,
    /// For each new result.
    per_result: f64,
}

impl Storing {
    /// Of a campaign of so many tasks, whose data.h5 has so many bytes.
    pub fn new(tasks: usize, data_bytes: f64) -> Self {
        let bytes = data_bytes + BYTES_PER_LINE * tasks as f64;
        let fixed = LEAST_SECONDS + SECONDS_PER_TASK * tasks as f64 + bytes / BYTES_PER_SECOND;
        Self {
            fixed,
            per_result: SECONDS_PER_RESULT,
        }
    }

    /// Seconds to store so many new results.
    pub fn seconds(&self, results: u64) -> f64 {
        self.fixed + self.per_result * results as f64
    }

    /// The same on a machine that took `measured` seconds where `predicted` were expected.
    #[must_use]
    pub fn corrected(self, predicted: f64, measured: f64) -> Self {
        let factor = (measured / predicted).clamp(1.0, SLOWEST);
        Self {
            fixed: factor * self.fixed,
            per_result: factor * self.per_result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time that a campaign of 10⁶ tasks with one window each was seen to need, 8.9 s, and no
    /// more than twice that.
    #[test]
    fn a_large_merge_is_foreseen() {
        let seconds = Storing::new(1_000_000, 98e6).seconds(1_000_000);
        assert!(seconds > 8.9 && seconds < 17.8, "{seconds}");
        assert!(Storing::new(10, 1000.0).seconds(10) < 0.06);
    }

    #[test]
    fn a_slow_machine_corrects_it() {
        let storing = Storing::new(1000, 1e5);
        let predicted = storing.seconds(0);
        for (measured, factor) in [(0.5, 1.0), (3.0, 3.0), (1e6, SLOWEST)] {
            let corrected = storing.corrected(predicted, measured * predicted);
            let ratio = corrected.seconds(500) / storing.seconds(500);
            assert!((ratio - factor).abs() < 1e-12);
        }
    }
}
