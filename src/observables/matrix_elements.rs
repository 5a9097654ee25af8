//! Elements of σᶻ between neighbouring levels.

use std::sync::Arc;

use super::observable::{Axis, Description, Observable};
use super::probabilities::{elements, write_spins};
use super::shared::Shared;
use crate::chain::Chain;
use crate::eigen::Window;

/// |⟨n|σᶻ_i|n + 1⟩| (M. Serbyn, Z. Papić and D. A. Abanin, Phys. Rev. X 5, 041047).
pub const DESCRIPTION: Description = Description {
    name: "matrix_elements",
    units: "1",
    description: "magnitude of the element of sigma^z between each eigenstate and the next, by site",
    of_states: true,
    axes: &[Axis::Pair, Axis::Site],
    prepare: |chain, _| Box::new(MatrixElements(Arc::clone(chain))),
};

struct MatrixElements(Arc<Chain>);

/// What the histogram needs too.
struct Elements(Vec<f64>);

impl Observable for MatrixElements {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let sector = self.0.sector();
        let firsts = 0..window.states.ncols().saturating_sub(1);
        let pairs: Vec<(usize, usize)> = firsts.map(|first| (first, first + 1)).collect();
        let signed = || {
            Elements(elements(
                sector,
                window,
                &pairs,
                sector.sites(),
                write_spins,
            ))
        };
        let found = shared.get(signed).0.iter();
        found.map(|element| element.abs()).collect()
    }
}
