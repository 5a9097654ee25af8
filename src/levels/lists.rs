//! The levels themselves.

use super::statistic::{Axis, Levels, Statistic};

/// All energies of the sector.
pub const ENERGIES: Statistic = Statistic {
    name: "levels",
    units: "J",
    description: "all energies of the sector, ascending",
    axes: &[Axis::Level],
    evaluate: |levels| levels.energies.to_vec(),
};

/// All of them with a mean distance of 1.
pub const UNFOLDED: Statistic = Statistic {
    name: "unfolded_levels",
    units: "1",
    description: "all levels of the sector, unfolded to a mean distance of 1",
    axes: &[Axis::Level],
    evaluate: unfolded,
};

fn unfolded(levels: &Levels) -> Vec<f64> {
    if levels.unfolded.is_empty() {
        return vec![f64::NAN; levels.energies.len()];
    }
    levels.unfolded.clone()
}
