//! Over how many configurations a state spreads.

use std::sync::Arc;

use super::observable::{Description, Observable};
use crate::chain::Chain;
use crate::indicators::entropy_term;
use crate::observables::Shared;
use crate::quench::state::States;

/// −Σ |c_i|² ln |c_i|², in nats.
pub const DESCRIPTION: Description = Description {
    name: "participation_entropy",
    units: "nat",
    description: "participation (Shannon) entropy in the basis of configurations after a quench",
    axes: &[],
    prepare: |_: &Arc<Chain>| Box::new(ParticipationEntropy),
};

struct ParticipationEntropy;

impl Observable for ParticipationEntropy {
    fn evaluate(&mut self, states: &States, _: &mut Shared) -> Vec<f64> {
        let coefficients = states.coefficients;
        states.space.sum(|rows| {
            let length = rows.len();
            let probabilities = coefficients.probabilities(rows);
            let of_state = |state: &[f64]| state.iter().map(|&p| entropy_term(p)).sum();
            probabilities.chunks_exact(length).map(of_state).collect()
        })
    }
}
