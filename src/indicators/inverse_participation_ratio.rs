//! The inverse participation ratio of the eigenstates in the σᶻ basis, D. J. Luitz, N. Laflorencie
//! and F. Alet, Phys. Rev. B 91, 081103.

use super::indicator::{Description, Indicator, unscaled};
use super::states::{mean, sums};
use crate::eigen::Window;

/// Σ |c_i|⁴ is 1 for a product state, and 3/(N + 2) for random real states of a sector of dimension
/// N. The mean is over the eigenstates, so the most localized ones outweigh the others.
pub const DESCRIPTION: Description = Description {
    name: "inverse_participation_ratio",
    symbol: "IPR",
    units: "1",
    description: "inverse participation ratio of the eigenstates in the basis of configurations",
    of_states: true,
    of_half: false,
    scale: unscaled,
    prepare: |_| Box::new(InverseParticipationRatio),
};

struct InverseParticipationRatio;

impl Indicator for InverseParticipationRatio {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let ratios = sums(window, |state, _| {
            [state.iter().map(|c| (c * c) * (c * c)).sum()]
        });
        mean(ratios.into_iter().map(|[ratio]| ratio))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::tests::fixture::{random_states, states_by_hand, value};

    #[test]
    fn spread_over_some_configurations_by_hand() {
        let expected = (1.0 + 1.0 / 6.0 + 0.1296 + 0.4096) / 3.0;
        let found = value(&DESCRIPTION, 4, states_by_hand().as_ref());
        assert!((found - expected).abs() < 1e-15, "{found}");
    }

    /// N |c|² has the variance 2 and N² |c|⁴ the mean 3. Each Σ|c|⁴ varies by about √24/N^{3/2}.
    #[test]
    fn random_states_have_their_mean() {
        let (dimension, count) = (252.0_f64, 400);
        let states = random_states(252, count);
        let found = value(&DESCRIPTION, 10, states.as_ref());
        let error = found - 3.0 / (dimension + 2.0);
        let deviation = 24.0_f64.sqrt() / dimension.powf(1.5) / (count as f64).sqrt();
        assert!(error.abs() < 5.0 * deviation, "{error}");
    }
}
