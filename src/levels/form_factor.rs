//! The spectral form factor: how levels far from each other are correlated (J. Šuntajs, J. Bonča,
//! T. Prosen and L. Vidmar, Phys. Rev. E 102, 062144).

use std::f64::consts::TAU;

use super::grids::times;
use super::statistic::{Axis, Levels, Statistic};

/// The width of the Gaussian filter, in standard deviations of the unfolded levels.
const FILTER: f64 = 0.5;

/// K(τ) = |Σ_n ρ_n exp(−2πi ε_n τ)|²/Σ_n ρ_n² of the unfolded levels ε_n, with a Gaussian filter ρ around
/// the middle of the spectrum. Its mean over realizations is the form factor.
pub const STATISTIC: Statistic = Statistic {
    name: "form_factor",
    units: "1",
    description: "|sum of rho exp(-2 pi i tau level)|^2 / sum of rho^2 of the unfolded levels, \
                  rho a Gaussian filter",
    axes: &[Axis::Tau],
    evaluate: form_factor,
};

/// t_H = 2π/δ, δ the mean distance of the levels in the middle half of the spectrum (ħ = 1).
pub const HEISENBERG_TIME: Statistic = Statistic {
    name: "heisenberg_time",
    units: "1/J",
    description: "2 pi / (mean distance of the levels in the middle half of the spectrum)",
    axes: &[],
    evaluate: |levels| vec![heisenberg_time(levels.energies)],
};

fn form_factor(levels: &Levels) -> Vec<f64> {
    let (unfolded, count) = (&levels.unfolded, levels.unfolded.len() as f64);
    if unfolded.is_empty() {
        return vec![f64::NAN; times().len()];
    }
    let mean = unfolded.iter().sum::<f64>() / count;
    let variance = unfolded.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / count;
    let weight = |level: &f64| (-(level - mean).powi(2) / (2.0 * FILTER * FILTER * variance)).exp();
    let weights: Vec<f64> = unfolded.iter().map(weight).collect();
    let norm: f64 = weights.iter().map(|weight| weight * weight).sum();
    let at = |tau: f64| {
        let (mut real, mut imaginary) = (0.0, 0.0);
        for (level, weight) in unfolded.iter().zip(&weights) {
            // Whole turns are left out before the rounding of 2π.
            let (sine, cosine) = (TAU * (level * tau).fract()).sin_cos();
            real += weight * cosine;
            imaginary += weight * sine;
        }
        (real * real + imaginary * imaginary) / norm
    };
    times().into_iter().map(at).collect()
}

fn heisenberg_time(energies: &[f64]) -> f64 {
    let (first, last) = (
        energies.len() / 4,
        (3 * energies.len() / 4).min(energies.len() - 1),
    );
    let distance = (energies[last] - energies[first]) / (last - first) as f64;
    TAU / distance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{stream, unit};

    /// Levels without correlations have K = 1 away from τ = 0, at any width of the filter.
    #[test]
    fn independent_levels_have_no_structure() {
        let (realizations, count) = (300, 400);
        let mut sums = vec![0.0; times().len()];
        for realization in 0..realizations {
            let mut random = stream(5, [realization, 0, 0, 0]);
            let mut energies: Vec<f64> = (0..count).map(|_| unit(&mut random)).collect();
            energies.sort_by(f64::total_cmp);
            let found = form_factor(&Levels::new(&energies));
            sums.iter_mut().zip(&found).for_each(|(sum, k)| *sum += k);
        }
        // K of one realization is exponentially distributed, so its mean has an error of 1/√300.
        // Neighbouring times repeat each other; the mean over all late ones is better known.
        let late = times().into_iter().zip(sums).filter(|(tau, _)| *tau > 0.1);
        let values: Vec<f64> = late.map(|(_, sum)| sum / realizations as f64).collect();
        assert!(
            values
                .iter()
                .all(|k| (k - 1.0).abs() < 6.0 / 300_f64.sqrt())
        );
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!((mean - 1.0).abs() < 0.03, "{mean}");
    }

    #[test]
    fn equidistant_levels_return_after_a_heisenberg_time() {
        let energies: Vec<f64> = (0..1000).map(|k| 0.01 * f64::from(k)).collect();
        assert!((heisenberg_time(&energies) - TAU / 0.01).abs() < 1e-6);
        let found = form_factor(&Levels::new(&energies));
        let at = |wanted: f64| {
            let places = times()
                .iter()
                .position(|tau| (tau / wanted - 1.0).abs() < 1e-9);
            found[places.unwrap()]
        };
        // Σρ² has the width of the filter over √2, so K(1) = (Σρ)²/Σρ² is 2√π times that width.
        let width = 0.5 * (1000.0 * 1000.0 / 12.0_f64).sqrt();
        assert!((at(1.0) / (2.0 * std::f64::consts::PI.sqrt() * width) - 1.0).abs() < 0.01);
        assert!(at(0.1) < 1e-3);
    }
}
