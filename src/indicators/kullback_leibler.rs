//! The Kullback–Leibler divergence of neighbouring eigenstates, D. J. Luitz, N. Laflorencie and
//! F. Alet, Phys. Rev. B 91, 081103.

use std::ops::Range;

use super::indicator::{Description, Indicator, unscaled};
use super::states::{mean, states};
use crate::eigen::Window;

/// KL = Σ |c_i|² ln(|c_i|²/|c'_i|²) of the states next to each other in energy, c below c'. It is
/// the mean over the pairs of the window, and NaN for a window of one state.
///
/// It is 2 in the ergodic phase, or 2 − 2/N for independent random real states of N components. It
/// grows with ln N where states are localized in different places.
pub const DESCRIPTION: Description = Description {
    name: "kullback_leibler",
    symbol: "KL",
    units: "1",
    description: "Kullback-Leibler divergence of neighbouring eigenstates in the basis of configurations",
    of_states: true,
    of_half: false,
    scale: unscaled,
    prepare: |_| Box::new(KullbackLeibler),
};

/// The square of the rounding error of a normalized state, 2⁻⁵². A smaller |c_i|² is noise of the
/// solver and is replaced by this. A pair that shares no configuration then has KL = 104 ln 2 and
/// not infinity.
const LEAST: f64 = f64::EPSILON * f64::EPSILON;

struct KullbackLeibler;

impl Indicator for KullbackLeibler {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let states = states(window);
        let divergences = window.space.sum(|rows| divergences(&states, &rows));
        mean(divergences.into_iter())
    }
}

/// The parts of some rows in the divergences of neighbouring states.
fn divergences(states: &[&[f64]], rows: &Range<usize>) -> Vec<f64> {
    let logarithms = |state: &[f64]| -> Vec<[f64; 2]> {
        let probabilities = state[rows.clone()].iter().map(|c| c * c);
        probabilities.map(|p| [p, p.max(LEAST).ln()]).collect()
    };
    let mut states = states.iter().map(|state| logarithms(state));
    let Some(mut below) = states.next() else {
        return Vec::new();
    };
    states
        .map(|above| {
            let pairs = below.iter().zip(&above);
            let divergence = pairs.map(|([p, ln_p], [_, ln_q])| p * (ln_p - ln_q)).sum();
            below = above;
            divergence
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;
    use crate::indicators::tests::fixture::{random_states, value};

    #[test]
    fn three_states_by_hand() {
        let rows = [[0.6, 0.8, 0.0], [0.8, 0.6, 0.0], [0.8, -0.6, 0.0]];
        let states =
            |count: usize| Mat::from_fn(6, count, |row, k| rows[k].get(row).map_or(0.0, |&c| c));
        // 0.36 ln(0.36/0.64) + 0.64 ln(0.64/0.36). The signs of the third do not matter.
        let pair = 0.28 * (0.64_f64 / 0.36).ln();
        let found = value(&DESCRIPTION, 4, states(2).as_ref());
        assert!((found - pair).abs() < 1e-15, "{found}");
        let found = value(&DESCRIPTION, 4, states(3).as_ref());
        assert!((found - pair / 2.0).abs() < 1e-15, "{found}");
        assert!(value(&DESCRIPTION, 4, states(1).as_ref()).is_nan());
    }

    #[test]
    fn states_without_a_common_configuration_are_finitely_unlike() {
        let states = Mat::<f64>::identity(6, 4);
        let found = value(&DESCRIPTION, 4, states.as_ref());
        assert!(
            (found - 104.0 * std::f64::consts::LN_2).abs() < 1e-12,
            "{found}"
        );
    }

    /// ψ(3/2) − ψ(N/2 + 1) − ψ(1/2) + ψ(N/2) = 2 − 2/N. A pair varies by about √(10/N), most of it
    /// by ln q, whose variance is ψ'(1/2) = 4.93. Neighbouring pairs share a state.
    #[test]
    fn random_states_have_their_mean() {
        let (dimension, count) = (252.0_f64, 400);
        let states = random_states(252, count);
        let found = value(&DESCRIPTION, 10, states.as_ref());
        let error = found - (2.0 - 2.0 / dimension);
        assert!(
            error.abs() < 5.0 * (20.0 / dimension / count as f64).sqrt(),
            "{error}"
        );
    }
}
