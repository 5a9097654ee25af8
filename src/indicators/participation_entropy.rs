//! The participation entropy of the eigenstates in the σᶻ basis, D. J. Luitz, N. Laflorencie and
//! F. Alet, Phys. Rev. B 91, 081103. It measures over how many configurations a state spreads.

use statrs::function::gamma::digamma;

use super::indicator::{Description, Indicator};
use super::states::{mean, sums};
use crate::chain::sector_dimension;
use crate::eigen::Window;

/// −Σ |c_i|² ln |c_i|², in nats. It is 0 for a product state and [`of_random_states`] in the
/// ergodic phase. It is divided by the latter when it is read. For long chains the quotient is the
/// fractal dimension of the states.
pub const DESCRIPTION: Description = Description {
    name: "participation_entropy",
    symbol: "S_p",
    units: "nat",
    description: "participation (Shannon) entropy of the eigenstates in the basis of configurations",
    of_states: true,
    of_half: false,
    scale: |_, sites| of_random_states(sites),
    prepare: |_| Box::new(ParticipationEntropy),
};

/// The mean over random real states of the sector of dimension N: ψ(N/2 + 1) − ψ(3/2), which is
/// ln N − 0.7296 for large N.
///
/// The |c_i|² of a normalized Gaussian vector are Dirichlet distributed with all parameters 1/2.
pub fn of_random_states(sites: usize) -> f64 {
    digamma(sector_dimension(sites) as f64 / 2.0 + 1.0) - digamma(1.5)
}

struct ParticipationEntropy;

impl Indicator for ParticipationEntropy {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let entropies = sums(window, |state, _| {
            let terms = state.iter().map(|coefficient| {
                let probability = coefficient * coefficient;
                if probability > 0.0 {
                    -probability * probability.ln()
                } else {
                    0.0
                }
            });
            [terms.sum()]
        });
        mean(entropies.into_iter().map(|[entropy]| entropy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::tests::fixture::{random_states, states_by_hand, value};

    #[test]
    fn spread_over_some_configurations_by_hand() {
        let expected = 6.0_f64.ln() - 0.36 * 0.36_f64.ln() - 0.64 * 0.64_f64.ln();
        let found = value(&DESCRIPTION, 4, states_by_hand().as_ref());
        assert!((found - expected / 3.0).abs() < 1e-15, "{found}");
    }

    /// The standard error of the mean is about (0.4/√N)/√count.
    #[test]
    fn random_states_have_their_mean() {
        let (sites, count) = (10, 400);
        let states = random_states(252, count);
        let found = value(&DESCRIPTION, sites, states.as_ref());
        let error = found - of_random_states(sites);
        assert!(
            error.abs() < 5.0 * 0.6 / (252.0 * count as f64).sqrt(),
            "{error}"
        );
        let large = of_random_states(20) - (sector_dimension(20) as f64).ln();
        assert!((large + 0.7296).abs() < 1e-4, "{large}");
    }
}
