//! How long a realization takes by several ranks and threads, beside one thread of one rank.

use serde::{Deserialize, Serialize};

use crate::eigen::{Method, Workload};

/// What solves a realization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Ranks that solve it together.
    pub ranks: usize,
    /// Threads of each.
    pub threads: usize,
}

/// Products of rows in the time of one message between ranks, some 5 µs.
const ROWS_OF_A_MESSAGE: f64 = 540.0;

impl Layout {
    /// One thread of one rank.
    pub const ONE: Self = Self {
        ranks: 1,
        threads: 1,
    };

    /// The seconds of a realization by `method` over those of one thread of one rank.
    ///
    /// Each row that a rank takes from others costs as much as the product of a row, and each message as
    /// much as many. Measurements at L = 16, 18 and 20 on 2 to 8 ranks are within a quarter.
    pub fn share(self, method: &Method, workload: &Workload) -> f64 {
        let computing = (method.with_threads)(workload, self.threads);
        let ranks = self.ranks as f64;
        if self.ranks == 1 {
            return computing;
        }
        let own = workload.dimension as f64 / ranks;
        let messages = 1.6 * ranks.log2() * ROWS_OF_A_MESSAGE;
        (computing + rows_of_others(workload.sites, ranks) + messages / own) / ranks
    }
}

/// The rows that a rank takes from others over its own, of the rank that takes most. Fitted to exact
/// counts of periodic chains for L = 16 to 26 and 2 to 2048 ranks, half of them within 14 % and the worst
/// within 50 %.
fn rows_of_others(sites: usize, ranks: f64) -> f64 {
    let doublings = ranks.log2();
    let cut = (0.811 * doublings - 0.0335 * doublings * doublings).exp();
    8.25 * cut / (sites as f64).powf(1.53)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::sector_dimension;
    use crate::eigen::METHODS;

    /// Milliseconds of windows by the filter and by shift-invert.
    #[test]
    fn measured_gains_are_predicted() {
        let measured = [
            ("filter", 16, 1, 4, 5600.0 / 2650.0),
            ("filter", 16, 1, 8, 5600.0 / 2390.0),
            ("filter", 18, 1, 2, 65.4 / 34.7),
            ("filter", 16, 2, 1, 2950.0 / 1710.0),
            ("filter", 18, 2, 1, 65.4 / 35.3),
            ("filter", 20, 1, 2, 1033.0 / 589.0),
            ("filter", 20, 2, 1, 1033.0 / 618.0),
            ("filter", 16, 4, 1, 5600.0 / 2610.0),
            ("filter", 16, 8, 1, 5600.0 / 2250.0),
            ("shift-invert", 14, 1, 2, 53.0 / 44.9),
            ("shift-invert", 16, 1, 2, 375.0 / 224.0),
            ("shift-invert", 16, 1, 8, 610.0 / 210.0),
            ("shift-invert", 18, 1, 2, 9490.0 / 5040.0),
            ("shift-invert", 18, 1, 8, 9950.0 / 2000.0),
            ("shift-invert", 18, 1, 16, 9950.0 / 1380.0),
            ("dense", 12, 1, 2, 119.0 / 71.2),
            ("dense", 14, 1, 2, 5640.0 / 3180.0),
        ];
        for (name, sites, ranks, threads, gain) in measured {
            let method = METHODS.iter().find(|method| method.name == name);
            let workload = Workload {
                sites,
                dimension: sector_dimension(sites),
                targets: 1,
                states: 100,
                near_ends: 0.0,
            };
            let layout = Layout { ranks, threads };
            let ratio = gain * layout.share(method.unwrap(), &workload);
            assert!(
                (0.8..1.25).contains(&ratio),
                "{name}, L = {sites}, {layout:?}: {ratio}"
            );
        }
    }

    #[test]
    fn counted_rows_are_predicted() {
        for (sites, ranks, counted) in [
            (16, 4.0, 0.60),
            (18, 16.0, 1.30),
            (20, 8.0, 0.66),
            (22, 32.0, 1.61),
            (24, 128.0, 3.31),
            (26, 512.0, 5.59),
        ] {
            let ratio = rows_of_others(sites, ranks) / counted;
            assert!((0.7..1.4).contains(&ratio), "L = {sites}, {ranks}: {ratio}");
        }
    }
}
