//! The Kullback–Leibler divergence of neighbouring eigenstates, D. J. Luitz, N. Laflorencie and
//! F. Alet, Phys. Rev. B 91, 081103.

use super::indicator::{Description, Indicator, unscaled};
use super::states::states;
use crate::eigen::Window;
use crate::threads::{Workspaces, map};

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
    prepare: |_| Box::new(KullbackLeibler::default()),
};

/// The square of the rounding error of a normalized state, 2⁻⁵². A smaller |c_i|² is noise of the
/// solver and is replaced by this. A pair that shares no configuration then has KL = 104 ln 2 and
/// not infinity.
const LEAST: f64 = f64::EPSILON * f64::EPSILON;

/// Pairs of a task. Tasks side by side both compute the logarithms of the state between them.
const TOGETHER: usize = 32;

#[derive(Default)]
struct KullbackLeibler {
    workspaces: Workspaces<Pair>,
}

/// The probabilities and their logarithms of two states.
#[derive(Default)]
struct Pair {
    below: Vec<[f64; 2]>,
    above: Vec<[f64; 2]>,
}

impl Pair {
    /// The divergences of neighbours among `states`.
    fn divergences(&mut self, states: &[&[f64]]) -> Vec<f64> {
        let mut divergences = Vec::with_capacity(states.len());
        for (place, state) in states.iter().enumerate() {
            self.above.clear();
            self.above.extend(state.iter().map(|coefficient| {
                let probability = coefficient * coefficient;
                [probability, probability.max(LEAST).ln()]
            }));
            if place > 0 {
                let pairs = self.below.iter().zip(&self.above);
                let terms = pairs.map(|([p, ln_p], [_, ln_q])| p * (ln_p - ln_q));
                divergences.push(terms.sum());
            }
            std::mem::swap(&mut self.below, &mut self.above);
        }
        divergences
    }
}

impl Indicator for KullbackLeibler {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let states = states(window);
        let pairs = states.len() - 1;
        let tasks = (0..pairs).step_by(TOGETHER);
        let tasks = tasks.map(|first| &states[first..=(first + TOGETHER).min(pairs)]);
        let divergences = map(tasks.collect(), |states| {
            (self.workspaces).lend(Pair::default, |pair| pair.divergences(states))
        });
        divergences.iter().flatten().sum::<f64>() / pairs as f64
    }
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
