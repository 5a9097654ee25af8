//! The ratio of neighbouring gaps, arXiv:2202.08853 eq. 2: 0.5307 in the ergodic phase (GOE),
//! 2 ln 2 − 1 in the localized one (Poisson).

use super::indicator::{Description, Indicator, unscaled};
use crate::eigen::Window;

/// r = ⟨min(δ_i, δ_{i+1}) / max(δ_i, δ_{i+1})⟩.
pub const DESCRIPTION: Description = Description {
    name: "gap_ratio",
    symbol: "r",
    units: "1",
    description: "mean ratio of neighbouring level spacings",
    of_states: false,
    of_half: false,
    scale: unscaled,
    prepare: |_| Box::new(GapRatio),
};

struct GapRatio;

impl Indicator for GapRatio {
    fn evaluate(&mut self, window: &Window) -> f64 {
        mean_ratio(window.energies, window.resolution)
    }
}

/// The ratios of consecutive gaps, of the second level first. Gaps of equal levels are zero, and two zero
/// gaps have no ratio, which is NaN.
pub fn ratios(energies: &[f64], resolution: f64) -> impl Iterator<Item = f64> {
    let gap = move |lower: f64, upper: f64| {
        let gap = upper - lower;
        if gap > resolution { gap } else { 0.0 }
    };
    energies.windows(3).map(move |levels| {
        let (lower, upper) = (gap(levels[0], levels[1]), gap(levels[1], levels[2]));
        lower.min(upper) / lower.max(upper)
    })
}

/// The mean over the pairs of consecutive gaps that have a ratio. NaN when no pair has one, such as for
/// fewer than three levels.
fn mean_ratio(energies: &[f64], resolution: f64) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0);
    for ratio in ratios(energies, resolution).filter(|ratio| !ratio.is_nan()) {
        sum += ratio;
        pairs += 1;
    }
    sum / f64::from(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_by_hand() {
        assert_eq!(mean_ratio(&[0.0, 1.0, 3.0, 4.0], 1e-9), 0.5);
        assert_eq!(mean_ratio(&[0.0, 0.0, 1.0], 1e-9), 0.0);
        assert!(mean_ratio(&[0.0, 1.0], 1e-9).is_nan());
    }

    /// The gaps are 0, 0, 1, 1/2, 0. The first two have no ratio, and the others give 0, 1/2 and 0.
    #[test]
    fn equal_levels_count_as_equal_whatever_their_rounding() {
        for rounding in [0.0, 1e-13, 3e-12] {
            let energies = [0.0, rounding, 1.5 * rounding, 1.0, 1.5, 1.5 + rounding];
            let found = mean_ratio(&energies, 1e-11);
            assert!((found - 0.5 / 3.0).abs() < 1e-11, "{found}");
        }
        assert!(mean_ratio(&[2.0, 2.0 + 1e-13, 2.0 + 4e-13], 1e-11).is_nan());
    }

    /// Independent levels have exponential gaps, and ⟨r⟩ = 2 ln 2 − 1.
    #[test]
    fn independent_levels_give_the_poisson_value() {
        let mut stream = crate::random::stream(5, [0; 4]);
        let mut levels: Vec<f64> = (0..200_000)
            .map(|_| crate::random::unit(&mut stream))
            .collect();
        levels.sort_by(f64::total_cmp);
        let poisson = 2.0 * std::f64::consts::LN_2 - 1.0;
        // A single ratio has standard deviation 0.29, and neighbours are correlated.
        assert!((mean_ratio(&levels, 0.0) - poisson).abs() < 5.0 * 0.4 / 200_000_f64.sqrt());
    }
}
