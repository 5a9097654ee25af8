//! The search for the levels about one target.

use std::ops::Range;

use faer::{Mat, MatRef};

use super::attempt::{Attempt, NARROW, WIDE};
use super::certificate::complete;
use super::factorization::Factorization;
use super::lanczos::{Converged, lanczos};
use crate::chain::Hamiltonian;
use crate::eigen::accept::accept;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::eigen::solver::Bounds;
use crate::eigen::window::nearest;

/// ‖H v − E v‖ at which a pair has converged, as a fraction of E_max − E_min.
const TOLERANCE: f64 = 1e-10;

/// The largest ‖(H − σ)⁻¹ v − θ v‖ of a converged pair, as a fraction of |θ|. Two states overlap by
/// its square at most.
const LEAST_ACCURACY: f64 = 1e-7;

/// One window of one realization.
pub struct Search<'h> {
    /// Its Hamiltonian.
    pub hamiltonian: &'h Hamiltonian,
    /// Its extreme energies.
    pub bounds: Bounds,
    /// The target.
    pub energy: f64,
    /// Levels wanted.
    pub count: usize,
    /// Whether to give up.
    pub interrupt: Interrupt<'h>,
}

/// The eigenpairs of a window.
pub struct Found {
    /// Energies, ascending.
    pub energies: Vec<f64>,
    /// Normalized eigenstates, one in each column.
    pub states: Mat<f64>,
    /// The largest ‖H v − E v‖.
    pub residual: f64,
}

impl Search<'_> {
    /// Attempt `number`: finds levels about a shift and keeps those nearest the target when they
    /// are proven to be all of them.
    ///
    /// # Errors
    /// When levels are missing or not accurate, and [`Failure::Interrupted`].
    pub fn run(&self, factorization: &mut Factorization, number: usize) -> Result<Found, Failure> {
        let hamiltonian = self.hamiltonian;
        let dimension = hamiltonian.dimension();
        let attempt = Attempt::new(number, self.count, dimension);
        let spacing = self.bounds.width() / dimension as f64;
        let shift = self.energy + attempt.offset * spacing;
        factorization.factorize(hamiltonian, shift, self.interrupt)?;
        let (others, states) = match attempt.block {
            NARROW => self.inverse_levels::<NARROW>(factorization, &attempt),
            _ => self.inverse_levels::<WIDE>(factorization, &attempt),
        }?;
        let levels = ascending(hamiltonian, states.as_ref());
        let energies: Vec<f64> = levels.iter().map(|level| level.0).collect();
        let start = nearest(&energies, self.energy, self.count);
        let window = start..start + self.count;
        let others = others.iter().map(|inverse| shift + 1.0 / inverse);
        let edge = self.edge(&energies, window.clone(), others);
        let energies = energies[window].to_vec();
        let states = Mat::from_fn(states.nrows(), self.count, |row, k| {
            states[(row, levels[start + k].1)]
        });
        let residual = accept(hamiltonian, &self.bounds, &energies, states.as_ref())?;
        complete(
            factorization,
            hamiltonian,
            self.energy - edge..self.energy + edge,
            self.count,
            self.interrupt,
        )?;
        Ok(Found {
            energies,
            states,
            residual,
        })
    }

    /// The other Ritz values of (H − σ)⁻¹, and the states of the largest ones: the levels nearest
    /// σ.
    fn inverse_levels<const BLOCK: usize>(
        &self,
        factorization: &Factorization,
        attempt: &Attempt,
    ) -> Result<(Vec<f64>, Mat<f64>), Failure> {
        // The last multiplication with (H − σ)⁻¹ divides the residual by θ². The result is the
        // residual of H.
        let accurate = |inverse: f64, residual: f64| {
            residual <= TOLERANCE * self.bounds.width() * inverse * inverse
                && residual <= LEAST_ACCURACY * inverse.abs()
        };
        let mut work = Vec::new();
        let solve = |x: &mut [[f64; BLOCK]]| factorization.solve(x, &mut work);
        let dimension = factorization.order().len();
        let converged: Converged<BLOCK> =
            lanczos(dimension, &attempt.lanczos, self.interrupt, accurate, solve)?;
        let vectors = converged.vectors(factorization.order());
        Ok((converged.others, vectors))
    }

    /// How far from the target the levels are counted: half way from the last level of the window
    /// to the next level known. Where there is none, beyond the spectrum.
    fn edge(
        &self,
        energies: &[f64],
        window: Range<usize>,
        others: impl Iterator<Item = f64>,
    ) -> f64 {
        let distance = |level: f64| (level - self.energy).abs();
        let first = distance(energies[window.start]);
        let radius = first.max(distance(energies[window.end - 1]));
        let next = (energies[..window.start].iter())
            .chain(&energies[window.end..])
            .copied()
            .chain(others)
            .map(distance)
            .fold(f64::INFINITY, f64::min);
        if next.is_finite() {
            f64::midpoint(radius, next.max(radius))
        } else {
            radius + self.bounds.width()
        }
    }
}

/// The Rayleigh quotients ⟨v|H|v⟩ of normalized states in ascending order, each with the column of
/// its state. Their error is of second order in that of the states.
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
