//! A slice of the spectrum: the levels nearest a shift, by block Lanczos on the inverse.

use std::ops::Range;

use faer::MatMut;

use super::attempt::{Attempt, NARROW, WIDE};
use super::converged::Converged;
use super::factorization::{Factorization, Workspace as SolveWorkspace};
use super::lanczos::lanczos;
use super::missed::Run;
use crate::chain::{Exchange, Hamiltonian};
use crate::comm::Space;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::eigen::krylov::RitzPairs;
use crate::eigen::memory::Memory;
use crate::eigen::solver::Bounds;
use crate::eigen::states::{Level, States};
use crate::lanes::Lanes;

/// ‖H v − E v‖ at which a pair has converged, as a fraction of E_max − E_min.
const TOLERANCE: f64 = 1e-10;

/// The largest ‖(H − σ)⁻¹ v − θ v‖ of a converged pair, as a fraction of |θ|. Two states overlap by
/// its square at most.
const LEAST_ACCURACY: f64 = 1e-7;

/// Memory that all slices share.
pub struct Workspace {
    /// The factorization for the current shift.
    pub factorization: Factorization,
    /// The memory of the Krylov basis, and then of the states of a window.
    pub basis: Memory,
    /// For products with H.
    pub exchange: Exchange,
}

impl Workspace {
    /// The normalized states of a window, one in each column.
    pub fn states(&mut self, dimension: usize, count: usize) -> MatMut<'_, f64> {
        let elements = dimension * count;
        if self.basis.len() < elements {
            self.basis = Memory::zeros(elements);
        }
        MatMut::from_column_major_slice_mut(&mut self.basis[..elements], dimension, count)
    }
}

/// What slice to find.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aim {
    /// The energy that it is about.
    pub shift: f64,
    /// How many levels, and with what basis.
    pub attempt: Attempt,
}

/// The levels nearest a shift.
pub struct Slice {
    aim: Aim,
    /// Ascending.
    levels: Vec<Level>,
    /// Their states side by side, in another order.
    states: Vec<Lanes>,
    /// Energies of the other Ritz values.
    others: Vec<f64>,
    ritz: RitzPairs,
    /// A bound of ‖R‖ of the start block.
    start: f64,
    dimension: usize,
}

impl Slice {
    /// Factorizes H − σ and runs block Lanczos on its inverse, in the memory of `workspace`.
    ///
    /// # Errors
    /// When the levels do not converge, and [`Failure::Interrupted`].
    pub fn find(
        hamiltonian: &Hamiltonian,
        bounds: Bounds,
        aim: Aim,
        workspace: &mut Workspace,
        interrupt: Interrupt<'_>,
    ) -> Result<Self, Failure> {
        let factorization = &mut workspace.factorization;
        factorization.factorize(hamiltonian, aim.shift, interrupt)?;
        match aim.attempt.block {
            NARROW => Self::converge::<NARROW>(hamiltonian, bounds, aim, workspace, interrupt),
            _ => Self::converge::<WIDE>(hamiltonian, bounds, aim, workspace, interrupt),
        }
    }

    /// Runs block Lanczos on the inverse that was factorized.
    fn converge<const BLOCK: usize>(
        hamiltonian: &Hamiltonian,
        bounds: Bounds,
        aim: Aim,
        workspace: &mut Workspace,
        interrupt: Interrupt<'_>,
    ) -> Result<Self, Failure> {
        // The last multiplication with (H − σ)⁻¹ divides the residual by θ². The result is the
        // residual of H.
        let excess = |inverse: f64, residual: f64| {
            let allowed = TOLERANCE * bounds.width() * inverse * inverse;
            residual / allowed.min(LEAST_ACCURACY * inverse.abs())
        };
        let (settings, order) = (&aim.attempt.lanczos, workspace.factorization.order());
        let memory = std::mem::take(&mut workspace.basis);
        let space = Space::alone(order.len());
        let mut work = SolveWorkspace::default();
        let solve = |x: &mut [[f64; BLOCK]]| workspace.factorization.solve(x, &mut work);
        let converged: Converged<BLOCK> =
            lanczos(space, settings, memory, interrupt, excess, solve)?;
        let states = converged.vectors(order);
        let levels = States {
            values: &states,
            count: converged.wanted.len(),
        }
        .levels(hamiltonian, &mut workspace.exchange);
        let start = converged.start();
        let energy = |&k: &usize| aim.shift + 1.0 / converged.ritz.values[k];
        let others = converged.others.iter().map(energy).collect();
        let dimension = order.len();
        let (ritz, memory) = converged.into_parts();
        workspace.basis = memory;
        Ok(Self {
            aim,
            levels,
            states,
            others,
            ritz,
            start,
            dimension,
        })
    }

    /// What slice it is.
    pub fn aim(&self) -> &Aim {
        &self.aim
    }

    /// Its levels, ascending.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Their energies.
    pub fn energies(&self) -> Vec<f64> {
        self.levels.iter().map(|level| level.energy).collect()
    }

    /// Energies of the other Ritz values. Those far from the slice are less accurate.
    pub fn others(&self) -> &[f64] {
        &self.others
    }

    /// The states of its levels.
    pub fn states(&self) -> States<'_> {
        States {
            values: &self.states,
            count: self.levels.len(),
        }
    }

    /// A bound of the probability that a level in `interval` was missed, where `inside` were found. It is
    /// 1 where the run does not tell, and need not be exact far above `allowed`.
    pub fn missed(&self, interval: &Range<f64>, inside: usize, allowed: f64) -> f64 {
        let shift = self.aim.shift;
        if !interval.contains(&shift) {
            return 1.0;
        }
        let gap = 1.0 / (interval.start - shift)..1.0 / (interval.end - shift);
        let values = &self.ritz.values;
        if values.iter().filter(|value| !gap.contains(value)).count() != inside {
            return 1.0;
        }
        let run = Run {
            ritz: &self.ritz,
            block: self.aim.attempt.block,
            start: self.start,
            dimension: self.dimension,
        };
        run.probability(&gap, allowed)
    }
}
