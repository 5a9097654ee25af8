//! Solves with the supernodes of L B Lᵀ for several right-hand sides at once.
//!
//! A solve reads the factor from memory twice and computes little with each element. The elements
//! are therefore stored in the order in which the forward solve reads them, and the backward solve
//! takes the supernodes in reverse. Sums stay in registers while the elements pass.
//!
//! The right-hand sides lie side by side, so that an element is loaded once for all of them. Every
//! lane has the same fused operations in the same order for each instruction set. A solution does
//! not depend on the vector width of the machine.

mod backward;
mod factor;
mod forward;
mod kernels;
mod layout;
mod pivots;

use pulp::Arch;

use backward::Backward;
pub use factor::Factor;
use forward::Forward;
pub use layout::tile;
pub use pivots::Pivots;

impl Factor<'_> {
    /// Overwrites `x` with (L B Lᵀ)⁻¹ `x`, its rows in the order of elimination. `arch` chooses
    /// the instructions, and `own` is workspace for the rows of the widest supernode.
    pub fn solve<const LANES: usize>(
        self,
        arch: Arch,
        x: &mut [[f64; LANES]],
        own: &mut Vec<[f64; LANES]>,
    ) {
        let factor = self;
        arch.dispatch(Forward { factor, x, own });
        arch.dispatch(Backward { factor, x, own });
    }
}
