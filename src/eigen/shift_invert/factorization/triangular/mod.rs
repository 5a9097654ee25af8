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
mod schedule;
mod solve;
mod steps;
mod tiles;

use std::sync::atomic::AtomicUsize;

use pulp::Arch;

use backward::BackwardStep;
pub use factor::Factor;
use forward::ForwardStep;
pub use layout::tile;
pub use pivots::Pivots;
pub use schedule::{Schedule, small};
pub use solve::Workspace;
use solve::{Solve, UnitProgress};
use steps::take_steps;

use crate::threads::{Shared, side_by_side, team_size};

impl Factor<'_> {
    /// Overwrites `x` with (L B Lᵀ)⁻¹ `x`, its rows in the order of elimination. `arch` chooses
    /// the instructions.
    pub fn solve<const LANES: usize>(
        self,
        arch: Arch,
        schedule: &Schedule,
        x: &mut [[f64; LANES]],
        work: &mut Workspace<LANES>,
    ) {
        work.y.resize(x.len(), [0.0; LANES]);
        work.z.resize(x.len(), [0.0; LANES]);
        work.left.resize(schedule.rows.len(), [0.0; LANES]);
        let solve = &Solve {
            factor: self,
            schedule,
            progress: schedule
                .units
                .iter()
                .map(|_| UnitProgress::default())
                .collect(),
            x: Shared::new(x),
            y: Shared::new(&mut work.y),
            z: Shared::new(&mut work.z),
            left: Shared::new(&mut work.left),
            spare: &work.spare,
        };
        let taken: [AtomicUsize; 2] = Default::default();
        let threads = team_size(schedule.forward.len());
        side_by_side(threads, &mut (), |_, _| {
            take_steps(&taken[0], &schedule.forward, |step| {
                arch.dispatch(ForwardStep { solve, step });
            });
            take_steps(&taken[1], &schedule.backward, |step| {
                arch.dispatch(BackwardStep { solve, step });
            });
        });
    }
}
