//! The probability to find the initial state again.

use std::sync::Arc;

use super::observable::{Description, Observable};
use crate::chain::Chain;
use crate::observables::Shared;
use crate::quench::state::States;

/// |⟨ψ(0)|ψ(t)⟩|².
pub const DESCRIPTION: Description = Description {
    name: "return_probability",
    units: "1",
    description: "probability of the initial configuration after a quench",
    axes: &[],
    prepare: |_: &Arc<Chain>| Box::new(ReturnProbability),
};

struct ReturnProbability;

impl Observable for ReturnProbability {
    fn evaluate(&mut self, states: &States, _: &mut Shared) -> Vec<f64> {
        let (sector, partition) = (states.sector, states.space.partition());
        let own = |(state, &initial): (usize, &u64)| {
            let place = sector.place(initial);
            if partition.owner(place.piece) != partition.rank() {
                return 0.0;
            }
            let row = sector.row(&place);
            states.coefficients.probabilities(row..row + 1)[state]
        };
        let mut found: Vec<f64> = states.initial.iter().enumerate().map(own).collect();
        // One rank has the value of each state, so the order of ranks has no effect.
        states.space.group().sum(&mut found);
        found
    }
}
