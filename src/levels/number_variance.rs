//! How far the number of levels in an interval varies.

use super::grids::intervals;
use super::statistic::{Axis, Levels, Statistic};

/// Distance of the intervals that are averaged over, in mean distances of levels: √5 − 2. Intervals of
/// equidistant levels then begin at all places between two levels alike.
const STEP: f64 = 0.236_067_977_499_79;

/// Σ²(ℓ) = ⟨(n − ℓ)²⟩ of the number n of unfolded levels in intervals of length ℓ, all over the middle
/// half of the spectrum (M. L. Mehta, Random Matrices, ch. 16).
pub const STATISTIC: Statistic = Statistic {
    name: "number_variance",
    units: "1",
    description: "mean square of (number of unfolded levels in an interval - its length), middle \
                  half of the spectrum",
    axes: &[Axis::Interval],
    evaluate: number_variance,
};

fn number_variance(levels: &Levels) -> Vec<f64> {
    let unfolded = &levels.unfolded;
    let of_length = |length: f64| {
        let count = unfolded.len();
        let middle = (count as f64 / 4.0, 3.0 * count as f64 / 4.0);
        let starts = ((middle.1 - middle.0 - length) / STEP).floor();
        // An interval half as long as the middle is averaged over too few others.
        if count == 0 || length > 0.5 * (middle.1 - middle.0) {
            return f64::NAN;
        }
        let below = |energy: f64| unfolded.partition_point(|&level| level < energy) as f64;
        let starts = 0..starts as usize + 1;
        let number = starts.len() as f64;
        let squares = starts.map(|k| {
            let start = middle.0 + STEP * k as f64;
            (below(start + length) - below(start) - length).powi(2)
        });
        squares.sum::<f64>() / number
    };
    intervals().into_iter().map(of_length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{stream, unit};

    /// Σ² = ℓ for independent levels, and f(1 − f) for equidistant ones, f the fraction of ℓ beyond an
    /// integer.
    #[test]
    fn known_spectra_have_known_variances() {
        let equidistant: Vec<f64> = (0..4000).map(f64::from).collect();
        let found = number_variance(&Levels::new(&equidistant));
        for (length, variance) in intervals().into_iter().zip(found) {
            let fraction: f64 = length.fract();
            assert!(
                (variance - fraction * (1.0 - fraction)).abs() < 0.01,
                "{length}"
            );
        }
        let (realizations, count) = (40, 4000);
        let mut sums = vec![0.0; intervals().len()];
        for realization in 0..realizations {
            let mut random = stream(9, [realization, 0, 0, 0]);
            let mut energies: Vec<f64> = (0..count).map(|_| unit(&mut random)).collect();
            energies.sort_by(f64::total_cmp);
            let found = number_variance(&Levels::new(&energies));
            sums.iter_mut().zip(&found).for_each(|(sum, it)| *sum += it);
        }
        for (length, sum) in intervals().into_iter().zip(sums) {
            let found = sum / realizations as f64 / length;
            // The fit of degree 10 takes some of the variance of long intervals.
            if length < 20.0 {
                assert!((found - 1.0).abs() < 0.1, "{length}: {found}");
            }
        }
    }
}
