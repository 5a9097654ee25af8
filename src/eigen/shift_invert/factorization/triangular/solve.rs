//! A solve for several right-hand sides, shared by threads.

use super::factor::Factor;
use super::schedule::{Schedule, Unit};
use crate::threads::{Done, Shared, Workspaces};

/// Memory that solves work in.
#[derive(Default)]
pub struct Workspace<const LANES: usize> {
    /// See [`Solve`].
    pub y: Vec<[f64; LANES]>,
    /// See [`Solve`].
    pub z: Vec<[f64; LANES]>,
    /// See [`Solve`].
    pub left: Vec<[f64; LANES]>,
    /// See [`Solve`].
    pub spare: Workspaces<Scratch<LANES>>,
}

/// Memory for a step with small subtrees.
#[derive(Default)]
pub struct Scratch<const LANES: usize> {
    /// Rows of the right-hand sides.
    pub x: Vec<[f64; LANES]>,
    /// The rows of a supernode.
    pub own: Vec<[f64; LANES]>,
}

/// What the steps of a solve share.
pub struct Solve<'s, const LANES: usize> {
    /// The factor.
    pub factor: Factor<'s>,
    /// The steps.
    pub schedule: &'s Schedule,
    /// What is done of each unit.
    pub progress: Vec<UnitProgress>,
    /// The right-hand sides, then the solutions.
    pub x: Shared<'s, [f64; LANES]>,
    /// L⁻¹ x for the larger supernodes, in the order of their pivots.
    pub y: Shared<'s, [f64; LANES]>,
    /// Their solutions, in the same order.
    pub z: Shared<'s, [f64; LANES]>,
    /// What a unit adds to its rows below. In the backward solve, the solutions of these rows.
    pub left: Shared<'s, [f64; LANES]>,
    /// Memory for steps with small subtrees.
    pub spare: &'s Workspaces<Scratch<LANES>>,
}

/// What is done of a unit.
#[derive(Default)]
pub struct UnitProgress {
    /// Steps that assemble its columns.
    pub assembled: Done,
    /// Blocks of its columns, forward.
    pub eliminated: Done,
    /// All steps forward.
    pub forward: Done,
    /// Steps that gather its rows below.
    pub gathered: Done,
    /// Blocks of its columns, backward.
    pub substituted: Done,
}

impl<const LANES: usize> Solve<'_, LANES> {
    /// The rows below a unit.
    pub fn rows(&self, unit: &Unit) -> &[u32] {
        &self.schedule.rows[unit.place.start..][..unit.below]
    }
}
