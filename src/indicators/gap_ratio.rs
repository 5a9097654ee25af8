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
    of_half: false,
    scale: unscaled,
    prepare: |_| Box::new(GapRatio),
};

struct GapRatio;

impl Indicator for GapRatio {
    fn evaluate(&mut self, window: &Window) -> f64 {
        mean_ratio(window.energies)
    }
}

/// The mean over all pairs of consecutive gaps, or NaN for fewer than three levels. Two gaps that
/// are both zero, of an exact degeneracy, have the ratio 0.
fn mean_ratio(energies: &[f64]) -> f64 {
    let ratios = energies.windows(3).map(|levels| {
        let (lower, upper) = (levels[1] - levels[0], levels[2] - levels[1]);
        let widest = lower.max(upper);
        if widest > 0.0 {
            lower.min(upper) / widest
        } else {
            0.0
        }
    });
    ratios.sum::<f64>() / energies.len().saturating_sub(2) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_by_hand() {
        assert_eq!(mean_ratio(&[0.0, 1.0, 3.0, 4.0]), 0.5);
        assert_eq!(mean_ratio(&[0.0, 0.0, 1.0]), 0.0);
        assert!(mean_ratio(&[0.0, 1.0]).is_nan());
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
        assert!((mean_ratio(&levels) - poisson).abs() < 5.0 * 0.4 / 200_000_f64.sqrt());
    }
}
