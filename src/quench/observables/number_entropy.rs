//! The part of the entanglement entropy that is due to the number of up spins of half the chain, A. Lukin
//! et al., Science 364, 256.

use std::sync::Arc;

use super::observable::{Description, Observable};
use crate::chain::Chain;
use crate::indicators::entropy_term;
use crate::observables::Shared;
use crate::quench::state::States;

/// −Σ p_n ln p_n, p_n the probability of n up spins among the first L/2 sites, in nats.
pub const DESCRIPTION: Description = Description {
    name: "number_entropy",
    units: "nat",
    description: "entropy of the number of up spins of the first L/2 sites after a quench",
    axes: &[],
    prepare: |_: &Arc<Chain>| Box::new(NumberEntropy),
};

struct NumberEntropy;

impl Observable for NumberEntropy {
    fn evaluate(&mut self, states: &States, _: &mut Shared) -> Vec<f64> {
        let half = states.sector.sites() / 2;
        let first = (1_u64 << half) - 1;
        let numbers = |configuration: u64, values: &mut [f64]| {
            values.fill(0.0);
            values[(configuration & first).count_ones() as usize] = 1.0;
        };
        let found = states.means(half + 1, numbers);
        let of_state = |numbers: &[f64]| numbers.iter().map(|&p| entropy_term(p)).sum();
        found.chunks_exact(half + 1).map(of_state).collect()
    }
}
