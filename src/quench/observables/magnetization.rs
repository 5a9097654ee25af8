//! The magnetization of each site.

use std::sync::Arc;

use super::observable::{Description, Observable};
use crate::chain::Chain;
use crate::observables::{Axis, means, write_spins};
use crate::quench::state::States;

/// ⟨σᶻ_i(t)⟩.
pub const DESCRIPTION: Description = Description {
    name: "magnetization",
    units: "1",
    description: "expectation value of sigma^z at each site after a quench",
    axes: &[Axis::Site],
    prepare: |_: &Arc<Chain>| Box::new(Magnetization),
};

struct Magnetization;

impl Observable for Magnetization {
    fn evaluate(&mut self, states: &States) -> Vec<f64> {
        spins(states)
    }
}

/// ⟨σᶻ_i⟩ of each site, one state after the other. Collective.
pub fn spins(states: &States) -> Vec<f64> {
    let shape = [states.coefficients.count, states.sector.sites()];
    let coefficients = states.coefficients;
    let probabilities = |rows| coefficients.probabilities(rows);
    means(
        states.sector,
        states.space,
        shape,
        probabilities,
        write_spins,
    )
}
