//! How much the magnetization of half the chain fluctuates in an eigenstate, D. J. Luitz,
//! N. Laflorencie and F. Alet, Phys. Rev. B 91, 081103.

use super::indicator::{Description, Indicator};
use super::states::{mean, sums};
use crate::chain::{Sector, sector_dimension};
use crate::eigen::Window;

/// ⟨(Sᶻ_A)²⟩ − ⟨Sᶻ_A⟩² of A = the first L/2 sites, where Sᶻ_A = ½ Σ σᶻ.
///
/// It is 0 for a product state and [`of_random_states`] in the ergodic phase. It is divided by the
/// latter, which is near L/16, when it is read.
pub const DESCRIPTION: Description = Description {
    name: "half_chain_fluctuation",
    symbol: "F_A",
    units: "1",
    description: "variance of the magnetization (spins of 1/2) of the first L/2 sites",
    of_states: true,
    of_half: true,
    scale: |_, sites| of_random_states(sites),
    prepare: |sector| Box::new(HalfChainFluctuation::new(sector)),
};

/// The mean over random real states of the sector of dimension N: L²/(16 (L − 1)) · N/(N + 2),
/// where L/4 is a (L − a)/L for the a = ⌊L/2⌋ sites of A in an odd chain.
///
/// The first factor is the variance of the number of up spins in half of a random configuration,
/// which is hypergeometric. The second is left when the mean of each state is subtracted.
pub fn of_random_states(sites: usize) -> f64 {
    let dimension = sector_dimension(sites) as f64;
    let [half, other] = [sites / 2, sites - sites / 2].map(|sites| sites as f64);
    let length = half + other;
    (half * other / length).powi(2) / (length - 1.0) * dimension / (dimension + 2.0)
}

/// The magnetization of A in each state.
struct HalfChainFluctuation {
    magnetization: Vec<f64>,
}

impl HalfChainFluctuation {
    fn new(sector: &Sector) -> Self {
        let half = sector.sites() / 2;
        let magnetization = |state: &u64| {
            let up = (state & ((1 << half) - 1)).count_ones();
            f64::from(up) - half as f64 / 2.0
        };
        Self {
            magnetization: sector.configurations().iter().map(magnetization).collect(),
        }
    }
}

impl Indicator for HalfChainFluctuation {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let moments = sums(window, |state, rows| {
            let (mut mean, mut square) = (0.0, 0.0);
            for (coefficient, magnetization) in state.iter().zip(&self.magnetization[rows]) {
                let weighted = coefficient * coefficient * magnetization;
                mean += weighted;
                square += weighted * magnetization;
            }
            [mean, square]
        });
        let variance = |[mean, square]: [f64; 2]| square - mean * mean;
        mean(moments.into_iter().map(variance))
    }
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;
    use crate::indicators::tests::fixture::{random_states, value};

    /// On two sites Sᶻ_A = ∓1/2. The singlet has the variance 1/4, and a state with the
    /// coefficients cos φ and sin φ has sin²(2φ)/4.
    #[test]
    fn two_sites_by_hand() {
        let half = 0.5_f64.sqrt();
        for (state, variance) in [
            ([1.0, 0.0], 0.0),
            ([half, -half], 0.25),
            ([0.6, 0.8], 0.96 * 0.96 / 4.0),
        ] {
            let states = Mat::from_fn(2, 1, |row, _| state[row]);
            let found = value(&DESCRIPTION, 2, states.as_ref());
            assert!((found - variance).abs() < 1e-15, "{found}");
        }
    }

    /// Of the six configurations of four sites, one has Sᶻ_A = 1, one −1 and four 0. The state that
    /// is spread evenly over all has the variance 1/3.
    #[test]
    fn four_sites_by_hand() {
        let states = Mat::from_fn(6, 1, |_, _| 6.0_f64.sqrt().recip());
        let found = value(&DESCRIPTION, 4, states.as_ref());
        assert!((found - 1.0 / 3.0).abs() < 1e-15, "{found}");
    }

    /// A state's variance varies by about σ² √(2κ/N), where κ, that of m² over its mean, is near 2.
    #[test]
    fn random_states_have_their_mean() {
        let (dimension, count) = (252.0_f64, 400);
        let states = random_states(252, count);
        let found = value(&DESCRIPTION, 10, states.as_ref());
        let relative = found / of_random_states(10) - 1.0;
        assert!(
            relative.abs() < 5.0 * (4.0 / dimension / count as f64).sqrt(),
            "{relative}"
        );
    }
}
