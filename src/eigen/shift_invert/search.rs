//! The search for the levels about one target.

use std::ops::Range;

use faer::Mat;
use rand_xoshiro::rand_core::Rng;

use super::attempt::{Attempt, NARROW, WIDE};
use super::converged::Converged;
use super::count::complete;
use super::factorization::Factorization;
use super::lanczos::lanczos;
use super::missed::Run;
use crate::chain::Hamiltonian;
use crate::deck::Certificate;
use crate::eigen::accept::{accept_overlaps, accept_residual};
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::eigen::krylov::RitzPairs;
use crate::eigen::memory::Memory;
use crate::eigen::solver::Bounds;
use crate::eigen::states::States;
use crate::eigen::window::{is_cut, nearest};
use crate::lanes::Lanes;
use crate::random::stream;

/// ‖H v − E v‖ at which a pair has converged, as a fraction of E_max − E_min.
const TOLERANCE: f64 = 1e-10;

/// The largest ‖(H − σ)⁻¹ v − θ v‖ of a converged pair, as a fraction of |θ|. Two states overlap by
/// its square at most.
const LEAST_ACCURACY: f64 = 1e-7;

/// The distance of a shift from an end of the spectrum, as a fraction of E_max − E_min. It is a part
/// of the spacing of the levels there, which the length of the chain hardly changes.
const CLEARANCE: f64 = 1e-3;

/// The probability of a missing level up to which a run is a proof. Above it, the levels are counted.
/// Narrow blocks have a wider margin, because fewer numbers of the start have to be small by chance.
fn allowed(block: usize) -> f64 {
    if block > NARROW { 1e-12 } else { 1e-9 }
}

/// Of so many windows that the run proves, one is counted too.
const AUDITED: u64 = 64;

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
    /// How the window is proven.
    pub certificate: Certificate,
    /// Whether to give up.
    pub interrupt: Interrupt<'h>,
}

/// Memory that all windows share.
pub struct Workspace {
    /// The factorization for the current shift.
    pub factorization: Factorization,
    /// The memory of the Krylov basis.
    pub basis: Memory,
}

/// The eigenpairs of a window.
pub struct Found {
    /// Energies, ascending.
    pub energies: Vec<f64>,
    /// Normalized eigenstates, one in each column.
    pub states: Mat<f64>,
    /// The largest ‖H v − E v‖.
    pub residual: f64,
    /// Whether a level outside equals one of the window.
    pub cut: bool,
    /// A bound of the probability that a level is missing. It is zero where the levels were counted.
    pub missed: f64,
}

/// The result of a run of block Lanczos.
struct Outcome {
    /// The states of the levels nearest the shift, side by side.
    states: Vec<Lanes>,
    /// The number of these states.
    count: usize,
    /// Energies of the other Ritz values.
    others: Vec<f64>,
    ritz: RitzPairs,
    block: usize,
    /// A bound of ‖R‖ of the start block.
    start: f64,
}

impl Search<'_> {
    /// Attempt `number`: finds levels about a shift and keeps those nearest the target when they
    /// are proven to be all of them. It works in the memory of `workspace`.
    ///
    /// # Errors
    /// When levels are missing or not accurate, and [`Failure::Interrupted`].
    pub fn run(&self, workspace: &mut Workspace, number: usize) -> Result<Found, Failure> {
        let hamiltonian = self.hamiltonian;
        let attempt = Attempt::new(number, self.count, hamiltonian.dimension());
        let shift = self.shift(&attempt);
        let factorization = &mut workspace.factorization;
        factorization.factorize(hamiltonian, shift, self.interrupt)?;
        let outcome = match attempt.block {
            NARROW => self.levels::<NARROW>(workspace, &attempt, shift),
            _ => self.levels::<WIDE>(workspace, &attempt, shift),
        }?;
        let states = States {
            values: &outcome.states,
            count: outcome.count,
        };
        let levels = states.levels(hamiltonian);
        let energies: Vec<f64> = levels.iter().map(|level| level.energy).collect();
        let resolution = self.bounds.resolution();
        let window = nearest(&energies, self.energy, self.count, resolution);
        let edge = self.edge(&energies, &energies[window.clone()], &outcome.others);
        let inside = energies.iter().filter(|&&it| self.distance(it) < edge);
        let inside = inside.count();
        let cut = is_cut(&energies, &window, resolution);
        let residuals = levels[window.clone()].iter().map(|level| level.residual);
        let residual = accept_residual(&self.bounds, residuals)?;
        let mut columns = Mat::zeros(hamiltonian.dimension(), self.count);
        states.write(&levels[window.clone()], columns.as_mut());
        accept_overlaps(columns.as_ref())?;
        let interval = self.energy - edge..self.energy + edge;
        let mut missed = self.missed(&outcome, shift, &interval, inside);
        if missed > allowed(attempt.block) || self.is_counted() {
            let factorization = &mut workspace.factorization;
            complete(factorization, hamiltonian, interval, inside, self.interrupt)?;
            missed = 0.0;
        }
        Ok(Found {
            energies: energies[window].to_vec(),
            states: columns,
            residual,
            cut,
            missed,
        })
    }

    /// A bound of the probability that the run has missed a level in `interval`, where it has found
    /// `inside`. It is 1 where the run does not tell.
    fn missed(&self, outcome: &Outcome, shift: f64, interval: &Range<f64>, inside: usize) -> f64 {
        if !interval.contains(&shift) {
            return 1.0;
        }
        let gap = 1.0 / (interval.start - shift)..1.0 / (interval.end - shift);
        let values = &outcome.ritz.values;
        if values.iter().filter(|value| !gap.contains(value)).count() != inside {
            return 1.0;
        }
        let run = Run {
            ritz: &outcome.ritz,
            block: outcome.block,
            start: outcome.start,
            dimension: self.hamiltonian.dimension(),
        };
        run.probability(&gap, allowed(outcome.block))
    }

    /// Whether the levels are counted in any case: always if the deck asks for it, or by chance. The
    /// target decides then, so that the same window is always treated alike.
    fn is_counted(&self) -> bool {
        if self.certificate == Certificate::Inertia {
            return true;
        }
        let identity = [self.energy.to_bits(), self.count as u64, 0, 0];
        stream(0, identity).next_u64().is_multiple_of(AUDITED)
    }

    /// The energy that an attempt looks about.
    ///
    /// The ends of the spectrum are levels. Near one, the shift is placed outside.
    fn shift(&self, attempt: &Attempt) -> f64 {
        let Bounds { lowest, highest } = self.bounds;
        let spacing = self.bounds.width() / self.hamiltonian.dimension() as f64;
        let clearance = CLEARANCE * self.bounds.width();
        let shift = self.energy + attempt.offset * spacing;
        if (shift - lowest).abs() < clearance {
            lowest - clearance
        } else if (shift - highest).abs() < clearance {
            highest + clearance
        } else {
            shift
        }
    }

    fn distance(&self, level: f64) -> f64 {
        (level - self.energy).abs()
    }

    /// The levels nearest `shift`, which are the largest eigenvalues of (H − σ)⁻¹.
    fn levels<const BLOCK: usize>(
        &self,
        workspace: &mut Workspace,
        attempt: &Attempt,
        shift: f64,
    ) -> Result<Outcome, Failure> {
        // The last multiplication with (H − σ)⁻¹ divides the residual by θ². The result is the
        // residual of H.
        let excess = |inverse: f64, residual: f64| {
            let allowed = TOLERANCE * self.bounds.width() * inverse * inverse;
            residual / allowed.min(LEAST_ACCURACY * inverse.abs())
        };
        let (settings, order) = (&attempt.lanczos, workspace.factorization.order());
        let memory = std::mem::take(&mut workspace.basis);
        let mut work = Vec::new();
        let solve = |x: &mut [[f64; BLOCK]]| workspace.factorization.solve(x, &mut work);
        let converged: Converged<BLOCK> =
            lanczos(order.len(), settings, memory, self.interrupt, excess, solve)?;
        let (states, count) = (converged.vectors(order), converged.wanted.len());
        let start = converged.start();
        let energy = |&k: &usize| shift + 1.0 / converged.ritz.values[k];
        let others = converged.others.iter().map(energy).collect();
        let (ritz, memory) = converged.into_parts();
        workspace.basis = memory;
        Ok(Outcome {
            states,
            count,
            others,
            ritz,
            block: BLOCK,
            start,
        })
    }

    /// How far from the target the levels are counted: beyond the window, halfway between the first
    /// two distances of known levels that differ. A count at a level would mean nothing. Without
    /// such a gap it is beyond the spectrum.
    fn edge(&self, levels: &[f64], window: &[f64], others: &[f64]) -> f64 {
        let distances = window.iter().map(|&level| self.distance(level));
        let mut reach = distances.fold(0.0, f64::max);
        let known = levels.iter().chain(others).copied();
        let mut beyond: Vec<f64> = (known.chain([self.bounds.lowest, self.bounds.highest]))
            .map(|level| self.distance(level))
            .filter(|&distance| distance >= reach)
            .collect();
        beyond.sort_by(f64::total_cmp);
        for next in beyond {
            if next - reach > self.bounds.resolution() {
                return f64::midpoint(reach, next);
            }
            reach = next;
        }
        reach + self.bounds.width()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use faer::Side;

    use super::*;
    use crate::chain::Chain;
    use crate::deck::Boundary;
    use crate::eigen::interrupt::uninterrupted;

    /// The first attempt at 20 levels about each of the given levels, numbered from below.
    fn first_attempts(places: &[usize]) -> Vec<Result<Vec<f64>, Failure>> {
        faer::set_global_parallelism(faer::Par::Seq);
        let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
        let field: Vec<f64> = (0..10).map(|i| 3.0 * f64::from(i * i).sin()).collect();
        let hamiltonian = Hamiltonian::new(&chain, &field);
        let levels = hamiltonian.dense().self_adjoint_eigenvalues(Side::Lower);
        let levels = levels.unwrap();
        let mut workspace = Workspace {
            factorization: Factorization::new(&chain),
            basis: Memory::default(),
        };
        let attempt = |&place: &usize| {
            let search = Search {
                hamiltonian: &hamiltonian,
                bounds: Bounds {
                    lowest: levels[0],
                    highest: levels[251],
                },
                energy: levels[place],
                count: 20,
                certificate: Certificate::Run,
                interrupt: &uninterrupted,
            };
            let found = search.run(&mut workspace, 0)?;
            let start = if place < 20 { 0 } else { 232 };
            for (found, expected) in found.energies.iter().zip(&levels[start..]) {
                assert!((found - expected).abs() < 1e-10);
            }
            Ok(found.energies)
        };
        places.iter().map(attempt).collect()
    }

    /// No shift is at an end of the spectrum, so that one attempt is enough there.
    #[test]
    fn targets_at_the_ends_take_one_attempt() {
        let found = first_attempts(&[0, 251]);
        assert!(found.iter().all(Result::is_ok), "{found:?}");
    }

    /// The inverse at a level has no digits left for the other levels. The first look at the basis
    /// shows it, or the small eigenproblem of that look does not converge, or the residuals show it.
    #[test]
    fn a_shift_at_a_level_is_given_up() {
        for found in first_attempts(&[60, 125, 200]) {
            assert!(
                matches!(
                    found,
                    Err(Failure::Singular | Failure::Dense | Failure::Residual { .. })
                ),
                "{found:?}"
            );
        }
    }
}
