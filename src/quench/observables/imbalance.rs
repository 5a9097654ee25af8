//! How much of the initial pattern of spins is left, M. Schreiber et al., Science 349, 842.

use std::sync::Arc;

use super::magnetization::spins;
use super::observable::{Description, Observable};
use crate::chain::{Chain, spin};
use crate::observables::Shared;
use crate::quench::state::States;

/// (1/L) Σ σᶻ_i(0) ⟨σᶻ_i(t)⟩. It is 1 at time 0, and 0 when the pattern is forgotten.
pub const DESCRIPTION: Description = Description {
    name: "imbalance",
    units: "1",
    description: "mean over sites of sigma^z at time 0 times the expectation value of sigma^z at time t",
    axes: &[],
    prepare: |_: &Arc<Chain>| Box::new(Imbalance),
};

struct Imbalance;

impl Observable for Imbalance {
    fn evaluate(&mut self, states: &States, shared: &mut Shared) -> Vec<f64> {
        let sites = states.sector.sites();
        let spins = spins(states, shared);
        let of_state = |(spins, &initial): (&[f64], &u64)| {
            let left = spins.iter().enumerate();
            let left = left.map(|(site, value)| spin(initial, site) * value);
            left.sum::<f64>() / sites as f64
        };
        let all = spins.chunks_exact(sites).zip(states.initial);
        all.map(of_state).collect()
    }
}
