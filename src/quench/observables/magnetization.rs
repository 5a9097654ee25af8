//! The magnetization of each site.

use std::sync::Arc;

use super::observable::{Description, Observable};
use crate::chain::Chain;
use crate::observables::{Axis, Shared, write_spins};
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

/// What the imbalance needs too.
struct Spins(Vec<f64>);

impl Observable for Magnetization {
    fn evaluate(&mut self, states: &States, shared: &mut Shared) -> Vec<f64> {
        spins(states, shared).to_vec()
    }
}

/// ⟨σᶻ_i⟩ of each site, one state after the other. Collective.
pub fn spins<'s>(states: &States, shared: &'s mut Shared) -> &'s [f64] {
    let means = || Spins(states.means(states.sector.sites(), write_spins));
    &shared.get(means).0
}
