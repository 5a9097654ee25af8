//! The magnetization of each site.

use std::sync::Arc;

use super::observable::{Axis, Description, Observable};
use super::probabilities::{expectations, write_spins};
use crate::chain::Chain;
use crate::eigen::Window;

/// ⟨n|σᶻ_i|n⟩.
pub const DESCRIPTION: Description = Description {
    name: "magnetization",
    units: "1",
    description: "expectation value of sigma^z at each site, for each eigenstate",
    of_states: true,
    axes: &[Axis::State, Axis::Site],
    prepare: |chain| Box::new(Magnetization(Arc::clone(chain))),
};

struct Magnetization(Arc<Chain>);

impl Observable for Magnetization {
    fn evaluate(&mut self, window: &Window) -> Vec<f64> {
        let sector = self.0.sector();
        expectations(sector, window, sector.sites(), write_spins)
    }
}
