//! How the spins of two sites depend on each other, by their distance.

use std::sync::Arc;

use super::observable::{Description, Observable};
use crate::chain::Chain;
use crate::observables::{Axis, Pair, means, pairs, write_spins};
use crate::quench::state::States;

/// ⟨σᶻ_i σᶻ_{i+d}⟩ − ⟨σᶻ_i⟩⟨σᶻ_{i+d}⟩ at time t, its mean over sites.
pub const DESCRIPTION: Description = Description {
    name: "correlation_zz",
    units: "1",
    description: "connected correlation of sigma^z at two sites after a quench, mean over sites",
    axes: &[Axis::Distance],
    prepare: |chain: &Arc<Chain>| Box::new(Correlation(pairs(chain))),
};

struct Correlation(Vec<Pair>);

impl Observable for Correlation {
    fn evaluate(&mut self, states: &States) -> Vec<f64> {
        let (sites, pairs) = (states.sector.sites(), &self.0);
        let count = sites + pairs.len();
        let shape = [states.coefficients.count, count];
        let coefficients = states.coefficients;
        let probabilities = |rows| coefficients.probabilities(rows);
        let operators = |configuration, values: &mut [f64]| {
            let (spins, products) = values.split_at_mut(sites);
            write_spins(configuration, spins);
            for (pair, value) in pairs.iter().zip(products) {
                *value = spins[pair.sites[0]] * spins[pair.sites[1]];
            }
        };
        let values = means(states.sector, states.space, shape, probabilities, operators);
        let of_state = |values: &[f64]| {
            let (spins, products) = values.split_at(sites);
            let mut sums = vec![(0.0, 0.0); sites / 2];
            for (pair, product) in pairs.iter().zip(products) {
                let (sum, count) = &mut sums[pair.distance];
                *sum += product - spins[pair.sites[0]] * spins[pair.sites[1]];
                *count += 1.0;
            }
            sums.into_iter().map(|(sum, count)| sum / count)
        };
        values.chunks_exact(count).flat_map(of_state).collect()
    }
}
