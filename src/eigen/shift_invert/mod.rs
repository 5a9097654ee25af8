//! Shift-invert: the levels nearest σ are the largest eigenvalues θ = 1/(E − σ) of (H − σ)⁻¹.

mod factorization;
pub mod lanczos;

use std::ops::Range;
use std::sync::Arc;

use faer::{Mat, MatRef};

pub use factorization::Factorization;
pub use lanczos::{Ritz, Settings, lanczos};

use super::accept::accept;
use super::extremes::extremes;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::method::{Method, Workload};
use super::solver::{Bounds, Solver};
use super::window::{Window, nearest};
use crate::chain::{Chain, Hamiltonian};

/// Sparse factorization and block Lanczos.
pub const METHOD: Method = Method {
    name: "shift-invert",
    serves: |workload| 4 * workload.states as u64 <= workload.dimension,
    seconds,
    memory,
    preparation,
    prepare: |chain| Box::new(ShiftInvert::new(chain)),
};

/// Right-hand sides that are solved at once: more stream the factor through memory less often, and
/// need a larger basis.
const NARROW: usize = 4;
const WIDE: usize = 8;

/// The dimension from which on a wide block is worth its basis.
const WIDE_FROM: usize = 10_000;

/// A window that fails is tried again with more levels and a larger basis, from a shift a fraction of a
/// level away: the first may have been a level, the window may have cut a group of levels that are one
/// to all accuracy, or, where there are few states to a window, the levels nearest the shift may be far
/// from it in comparison with those that follow.
const ATTEMPTS: usize = 3;

/// ‖H v − E v‖ at which a pair has converged, as a fraction of E_max − E_min.
const TOLERANCE: f64 = 1e-10;

/// ‖(H − σ)⁻¹ v − θ v‖ as a fraction of |θ|, at most: its square is what two states may overlap.
const LEAST_ACCURACY: f64 = 1e-7;

/// The width of the block of an attempt. A wide one also tells more equal levels apart.
fn block(dimension: usize, attempt: usize) -> usize {
    if dimension < WIDE_FROM && attempt == 0 {
        NARROW
    } else {
        WIDE
    }
}

/// The largest Krylov basis of an attempt for so many states.
fn largest_basis(states: usize, attempt: usize) -> usize {
    (6 * states + 60) << attempt
}

/// Vectors in the basis when most windows are complete.
fn expected_basis(states: usize, block: usize) -> usize {
    11 * states / 5 + 12 * block
}

/// Elements of the factor, from exact symbolic counts of periodic chains in METIS order, and the
/// zeros that joining its supernodes takes in.
fn factor_elements(workload: &Workload) -> f64 {
    0.15 * (workload.dimension as f64).powf(1.86)
}

/// Fitted to 0.03, 0.13, 1.5 and 27 s, measured on one core for 100 states of L = 12, 14, 16, 18: a
/// factorization in double and two in single precision, solves, orthogonalization, and the small
/// matrix.
fn seconds(workload: &Workload) -> f64 {
    let dimension = workload.dimension as f64;
    let block = block(workload.dimension as usize, 0);
    let basis = expected_basis(workload.states, block) as f64;
    let factorizations = 2e-6 * dimension + 1.1e-11 * dimension.powf(2.63);
    let solves = 2.6e-10 * factor_elements(workload) * basis;
    let orthogonalization = 1.8e-10 * dimension * basis * basis + 4.4e-10 * basis.powi(3);
    1e-6 * dimension + workload.targets as f64 * (factorizations + solves + orthogonalization)
}

/// Nested dissection and the symbolic factorization: fitted to 4, 21, 128 and 684 ms of processor time
/// for L = 12, 14, 16, 18.
fn preparation(workload: &Workload) -> f64 {
    5.8e-7 * (workload.dimension as f64).powf(1.3)
}

/// The factor, the basis and the states: 0.12 and 0.77 GB measured at L = 16 and 18.
fn memory(workload: &Workload) -> f64 {
    let vectors = 4.5 * workload.states as f64 + 60.0;
    8.0 * (1.1 * factor_elements(workload) + workload.dimension as f64 * vectors)
}

struct ShiftInvert {
    factorization: Factorization,
    current: Option<Realization>,
}

struct Realization {
    hamiltonian: Hamiltonian,
    bounds: Bounds,
    energies: Vec<f64>,
    states: Mat<f64>,
}

impl ShiftInvert {
    fn new(chain: &Arc<Chain>) -> Self {
        Self {
            factorization: Factorization::new(chain),
            current: None,
        }
    }
}

impl Solver for ShiftInvert {
    fn begin(
        &mut self,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
    ) -> Result<Bounds, Failure> {
        self.current = None;
        let bounds = extremes(hamiltonian, interrupt)?;
        self.current = Some(Realization {
            hamiltonian: hamiltonian.clone(),
            bounds,
            energies: Vec::new(),
            states: Mat::new(),
        });
        Ok(bounds)
    }

    fn window(
        &mut self,
        energy: f64,
        count: usize,
        interrupt: Interrupt<'_>,
    ) -> Result<Window<'_>, Failure> {
        let current = self.current.as_mut().expect("a realization was begun");
        let factorization = &mut self.factorization;
        let mut attempt = 0;
        let residual = loop {
            match current.solve(factorization, energy, count, attempt, interrupt) {
                Ok(residual) => break residual,
                Err(Failure::Interrupted) => return Err(Failure::Interrupted),
                Err(failure) if attempt + 1 == ATTEMPTS => return Err(failure),
                Err(failure) => log::debug!("shift-invert: {failure}"),
            }
            attempt += 1;
        };
        Ok(Window {
            energies: &current.energies,
            states: current.states.as_ref(),
            residual,
        })
    }
}

impl Realization {
    /// Finds levels about a shift, of which the `count` nearest `energy` are kept when they are
    /// proven to be all of them. Returns the largest residual.
    fn solve(
        &mut self,
        factorization: &mut Factorization,
        energy: f64,
        count: usize,
        attempt: usize,
        interrupt: Interrupt<'_>,
    ) -> Result<f64, Failure> {
        let hamiltonian = &self.hamiltonian;
        let dimension = hamiltonian.dimension();
        let found = (count + attempt * (count / 4 + 4)).min(dimension);
        let spacing = self.bounds.width() / dimension as f64;
        let shift = energy + 0.3 * attempt as f64 * spacing;
        factorization.factorize(hamiltonian, shift, interrupt)?;
        let (others, states) = if block(dimension, attempt) == NARROW {
            inverse_levels::<NARROW>(factorization, &self.bounds, (found, attempt), interrupt)
        } else {
            inverse_levels::<WIDE>(factorization, &self.bounds, (found, attempt), interrupt)
        }?;
        let levels = ascending(hamiltonian, states.as_ref());
        let energies: Vec<f64> = levels.iter().map(|level| level.0).collect();
        let start = nearest(&energies, energy, count);
        let window = start..start + count;
        let inside = |level: f64| (level - energy).abs();
        let radius = inside(energies[start]).max(inside(energies[window.end - 1]));
        let next = (energies[..start]
            .iter()
            .chain(&energies[window.end..])
            .copied())
        .chain(others.iter().map(|inverse| shift + 1.0 / inverse))
        .map(inside)
        .fold(f64::INFINITY, f64::min);
        self.energies = energies[window.clone()].to_vec();
        self.states = Mat::from_fn(states.nrows(), count, |row, k| {
            states[(row, levels[start + k].1)]
        });
        let residual = accept(
            hamiltonian,
            &self.bounds,
            &self.energies,
            self.states.as_ref(),
        )?;
        // Half way to the next level; where there is none, beyond the spectrum.
        let edge = if next.is_finite() {
            f64::midpoint(radius, next.max(radius))
        } else {
            radius + self.bounds.width()
        };
        complete(
            factorization,
            hamiltonian,
            energy - edge..energy + edge,
            count,
            interrupt,
        )?;
        Ok(residual)
    }
}

/// The other Ritz values of (H − σ)⁻¹ and the states of its `count` largest: the levels nearest σ.
fn inverse_levels<const BLOCK: usize>(
    factorization: &Factorization,
    bounds: &Bounds,
    (count, attempt): (usize, usize),
    interrupt: Interrupt<'_>,
) -> Result<(Vec<f64>, Mat<f64>), Failure> {
    let settings = Settings {
        wanted: count,
        first_look: expected_basis(count, BLOCK),
        largest_basis: largest_basis(count, attempt),
    };
    // One more multiplication with (H − σ)⁻¹ divides the residual by θ² as it turns to one of H.
    let accurate = |inverse: f64, residual: f64| {
        residual <= TOLERANCE * bounds.width() * inverse * inverse
            && residual <= LEAST_ACCURACY * inverse.abs()
    };
    let mut work = Vec::new();
    let solve = |x: &mut [[f64; BLOCK]]| factorization.solve(x, &mut work);
    let dimension = factorization.order().len();
    let ritz: Ritz<BLOCK> = lanczos(dimension, &settings, interrupt, accurate, solve)?;
    let vectors = ritz.vectors(factorization.order());
    Ok((ritz.others, vectors))
}

/// The certificate that an interval has `found` levels: the numbers of levels below its ends differ
/// by as many. Counted in single precision, and again in double where that disagrees.
fn complete(
    factorization: &mut Factorization,
    hamiltonian: &Hamiltonian,
    interval: Range<f64>,
    found: usize,
    interrupt: Interrupt<'_>,
) -> Result<(), Failure> {
    let mut count = |energy| factorization.levels_below(hamiltonian, energy, interrupt);
    let quick = count(interval.start).and_then(|start| Ok((start, count(interval.end)?)));
    match quick {
        Ok((start, end)) if end == start + found => return Ok(()),
        Err(Failure::Interrupted) => return Err(Failure::Interrupted),
        _ => {}
    }
    let start = factorization.factorize(hamiltonian, interval.start, interrupt)?;
    let end = factorization.factorize(hamiltonian, interval.end, interrupt)?;
    if end == start + found {
        Ok(())
    } else {
        Err(Failure::Incomplete {
            found,
            counted: end.saturating_sub(start),
        })
    }
}

/// The energies ⟨v|H|v⟩ of normalized states, whose error is the square of the states', in ascending
/// order, each with the column of its state.
fn ascending(hamiltonian: &Hamiltonian, states: MatRef<'_, f64>) -> Vec<(f64, usize)> {
    let mut image = Mat::zeros(states.nrows(), 1);
    let mut energy = |k: usize| {
        hamiltonian.apply(states.subcols(k, 1), image.as_mut());
        states.col(k).transpose() * image.col(0)
    };
    let mut levels: Vec<(f64, usize)> = (0..states.ncols()).map(|k| (energy(k), k)).collect();
    levels.sort_by(|a, b| a.0.total_cmp(&b.0));
    levels
}
