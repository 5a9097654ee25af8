//! The magnetization of each site.

use std::sync::Arc;

use super::observable::{Axis, Description, Observable};
use super::probabilities::{expectations, write_spins};
use super::shared::Shared;
use crate::chain::Chain;
use crate::eigen::Window;

/// ⟨n|σᶻ_i|n⟩.
pub const DESCRIPTION: Description = Description {
    name: "magnetization",
    units: "1",
    description: "expectation value of sigma^z at each site, for each eigenstate",
    of_states: true,
    axes: &[Axis::State, Axis::Site],
    prepare: |chain, _| Box::new(Magnetization(Arc::clone(chain))),
};

struct Magnetization(Arc<Chain>);

/// What the histogram needs too.
struct Spins(Vec<f64>);

impl Observable for Magnetization {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let sector = self.0.sector();
        let spins = || Spins(expectations(sector, window, sector.sites(), write_spins));
        shared.get(spins).0.clone()
    }
}
