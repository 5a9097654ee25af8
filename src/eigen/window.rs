//! The eigenpairs nearest a target energy.

use std::ops::Range;

use faer::MatRef;

use crate::comm::Space;

/// Neighbouring eigenpairs, ascending in energy.
#[derive(Clone, Copy)]
pub struct Window<'w> {
    /// Energies, ascending.
    pub energies: &'w [f64],
    /// Normalized eigenstates, one in each column, in the basis of the sector. A rank has its rows.
    pub states: MatRef<'w, f64>,
    /// The space of the states.
    pub space: &'w Space,
    /// The largest ‖H v − E v‖.
    pub residual: f64,
    /// Energies closer than this are equal.
    pub resolution: f64,
    /// Whether a level outside equals one of the window.
    pub cut: bool,
    /// A bound of the probability that a level is missing; zero where that is excluded.
    pub missed: f64,
}

impl Window<'_> {
    /// Whether each level differs from all others of the spectrum. Otherwise its states are an
    /// arbitrary basis of a space, or a part of one.
    pub fn has_unique_states(&self) -> bool {
        !self.cut && !(self.energies.windows(2)).any(|pair| pair[1] - pair[0] <= self.resolution)
    }
}

/// The `count` of the ascending `energies` nearest `target`.
///
/// Two windows are equally near when the farthest levels of both are, within `resolution`. The lower
/// window is then taken, so that rounding does not decide.
pub fn nearest(energies: &[f64], target: f64, count: usize, resolution: f64) -> Range<usize> {
    let last = energies.len() - count;
    let start = (0..last)
        .find(|&start| target - energies[start] <= energies[start + count] - target + resolution);
    let start = start.unwrap_or(last);
    start..start + count
}

/// Whether one of the ascending `energies` outside a window equals one inside.
pub fn is_cut(energies: &[f64], window: &Range<usize>, resolution: f64) -> bool {
    let equal = |below: usize| energies[below + 1] - energies[below] <= resolution;
    !window.is_empty()
        && (window.start > 0 && equal(window.start - 1)
            || window.end < energies.len() && equal(window.end - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_levels_are_those_of_a_sort_by_distance() {
        let energies: Vec<f64> = (0..40)
            .map(|k: i32| f64::from(k * k % 37) + 0.01 * f64::from(k))
            .collect();
        let mut sorted = energies.clone();
        sorted.sort_by(f64::total_cmp);
        for target in [-5.0, 0.0, 7.3, 18.2, 36.0, 90.0] {
            for count in [1, 3, 17, 40] {
                let mut by_distance = sorted.clone();
                by_distance.sort_by(|a, b| (a - target).abs().total_cmp(&(b - target).abs()));
                let mut expected = by_distance[..count].to_vec();
                expected.sort_by(f64::total_cmp);
                let window = nearest(&sorted, target, count, 0.0);
                assert_eq!(&sorted[window], expected);
            }
        }
    }

    /// Levels at ±1, ±2 … ±9, each with a rounding error. The target 0 is halfway between two levels
    /// of any window with an odd number of them.
    #[test]
    fn rounding_does_not_decide_between_levels_as_near() {
        for seed in 0..100 {
            let mut errors = crate::random::stream(seed, [0; 4]);
            let mut error = || 1e-13 * (crate::random::unit(&mut errors) - 0.5);
            let energies: Vec<f64> = (-9..=9)
                .filter(|&k| k != 0)
                .map(|k| f64::from(k) + error())
                .collect();
            for count in 1..18 {
                let window = nearest(&energies, error(), count, 1e-11);
                assert_eq!(window.start, (18 - count) / 2, "{count} levels");
            }
        }
    }

    #[test]
    fn equal_levels_on_both_sides_of_an_edge_are_cut() {
        let energies = [0.0, 1.0, 1.0 + 1e-13, 2.0, 3.0];
        let cut = |window: Range<usize>| is_cut(&energies, &window, 1e-11);
        assert!(cut(0..2) && cut(2..4) && cut(1..2));
        assert!(!cut(0..1) && !cut(1..3) && !cut(0..5) && !cut(3..4) && !cut(2..2));
    }
}
