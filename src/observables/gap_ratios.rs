//! The ratio of the two gaps beside each level, arXiv:2202.08853 eq. 2.

use super::observable::{Axis, Description, Observable};
use super::shared::Shared;
use crate::eigen::Window;
use crate::indicators::gap_ratios;

/// r_n = min(δ_{n−1}, δ_n) / max(δ_{n−1}, δ_n). The first and the last level have none.
pub const DESCRIPTION: Description = Description {
    name: "gap_ratios",
    units: "1",
    description: "ratio of the gaps below and above each level; NaN at the ends of the window",
    of_states: false,
    axes: &[Axis::State],
    prepare: |_, _| Box::new(GapRatios),
};

struct GapRatios;

impl Observable for GapRatios {
    fn evaluate(&mut self, window: &Window, _: &mut Shared) -> Vec<f64> {
        ratios(window.energies, window.resolution)
    }
}

/// The ratios of all levels. Two gaps of equal levels have none.
fn ratios(energies: &[f64], resolution: f64) -> Vec<f64> {
    let mut found = vec![f64::NAN; energies.len()];
    for (found, ratio) in (found.iter_mut().skip(1)).zip(gap_ratios(energies, resolution)) {
        *found = ratio;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_by_hand() {
        let found = ratios(&[0.0, 1.0, 3.0, 4.0, 4.0, 4.0], 1e-9);
        assert!(found[0].is_nan() && found[4].is_nan() && found[5].is_nan());
        assert_eq!(found[1..4], [0.5, 0.5, 0.0]);
        assert!(ratios(&[0.0, 1.0], 1e-9).iter().all(|ratio| ratio.is_nan()));
    }
}
