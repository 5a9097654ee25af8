//! How the spins of two sites depend on each other, by their distance.

use std::sync::Arc;

use super::observable::{Description, Observable};
use crate::chain::Chain;
use crate::observables::{Axis, Pairs, Shared, mean};
use crate::quench::state::States;

/// ⟨σᶻ_i σᶻ_{i+d}⟩ − ⟨σᶻ_i⟩⟨σᶻ_{i+d}⟩ at time t, its mean over sites.
pub const DESCRIPTION: Description = Description {
    name: "correlation_zz",
    units: "1",
    description: "connected correlation of sigma^z at two sites after a quench, mean over sites",
    axes: &[Axis::Distance],
    prepare: |chain: &Arc<Chain>| Box::new(Correlation(Pairs::new(chain))),
};

struct Correlation(Pairs);

impl Observable for Correlation {
    fn evaluate(&mut self, states: &States, _: &mut Shared) -> Vec<f64> {
        let pairs = &self.0;
        let write = |configuration, values: &mut [f64]| pairs.write_products(configuration, values);
        let connected = pairs.connected(&states.means(pairs.products(), write));
        let of_each = connected.len() / states.coefficients.count;
        let of_state = |values: &[f64]| pairs.by_distance(values, mean);
        connected.chunks_exact(of_each).flat_map(of_state).collect()
    }
}
