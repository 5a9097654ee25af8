//! The search for the levels about one target. The filter is as narrow as the density of states
//! allows, and its Krylov basis grows until the window is complete.

use log::{debug, info};
use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use super::certificate::{self, Certificate, TOLERANCE, largest_multiplicity};
use super::polynomial::Polynomial;
use super::workspace::Workspace;
use crate::chain::Hamiltonian;
use crate::eigen::density::Density;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::eigen::keeper::{Keeper, Kept};
use crate::eigen::krylov::{Basis, BasisState, RitzPairs};
use crate::eigen::memory::Memory;
use crate::eigen::solver::Bounds;
use crate::lanes::LANES;

/// P at the ends of the window, well above the side lobes at 0.13. A smaller value costs more
/// products, a larger one a larger basis.
const CUTOFF: f64 = 0.4;

/// Below this value the side lobes contribute far too many levels for them to converge.
const SIDE_LOBES: f64 = 0.2;

/// Allowed ratios of the levels that pass the filter to those that it is made for.
const ACCEPTED_RATIO: std::ops::Range<f64> = 0.9..1.2;

/// Filters that are tried on one block to measure the density of states.
const TRIALS: usize = 8;

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

/// A search that is kept.
#[derive(Serialize, Deserialize)]
struct State {
    energy: f64,
    count: usize,
    /// The attempt.
    number: usize,
    polynomial: Polynomial,
    next_check: usize,
    basis: BasisState,
}

/// A space that holds a window.
pub struct Found {
    /// An orthonormal basis, [`LANES`] vectors side by side, at the beginning of the memory.
    pub memory: Memory,
    /// The number of its vectors.
    pub count: usize,
    /// The distance from the target within which no level is missing.
    pub radius: f64,
}

impl Search<'_> {
    /// Attempt `number`: a space with all levels of the window. The basis takes over `memory`.
    ///
    /// # Errors
    /// [`Failure::NotConverged`] when the largest basis does not hold the window.
    /// [`Failure::Degenerate`] when more levels may be equal than a block of vectors can separate.
    /// [`Failure::Interrupted`].
    pub fn run(
        &self,
        density: &Density,
        workspace: &mut Workspace,
        memory: Memory,
        number: usize,
    ) -> Result<Found, Failure> {
        let dimension = self.hamiltonian.dimension();
        if self.bounds.is_one_level() {
            return Err(Failure::Degenerate { copies: dimension });
        }
        let attempt = Attempt::new(number, self.count);
        let largest = attempt.largest_basis.min(dimension);
        let mut basis = Basis::<LANES>::random(workspace.space().clone(), largest, memory);
        let kept = self.kept(number, workspace, &mut basis)?;
        let (polynomial, mut next_check) = match kept {
            Some(known) => known,
            None => {
                let density = density.clone();
                let polynomial = self.sharpest(&attempt, density, &mut basis, workspace)?;
                (polynomial, attempt.first_check)
            }
        };
        loop {
            let size = basis.multiplied();
            let last = size >= largest;
            if last || size >= next_check {
                let ritz = RitzPairs::from_band(basis.projected(), certificate::used)?;
                if let Some(certificate) = self.complete(&ritz, &polynomial, last)? {
                    let count = size - certificate.first;
                    let weights = ritz.vectors.subcols(certificate.first, count);
                    return Ok(Found {
                        memory: basis.into_combinations(weights),
                        count,
                        radius: certificate.radius,
                    });
                }
                next_check = size + self.missing(&ritz);
            }
            basis.advance(|x, y| {
                workspace.filter(&polynomial, self.hamiltonian, self.interrupt, x, y)
            })?;
            if let Some(keeper) = workspace.keeper.as_ref().filter(|keeper| keeper.is_due()) {
                self.keep(number, &polynomial, next_check, &basis, &**keeper);
            }
        }
    }

    /// Keeps the search.
    fn keep(
        &self,
        number: usize,
        polynomial: &Polynomial,
        next_check: usize,
        basis: &Basis<LANES>,
        keeper: &dyn Keeper,
    ) {
        let (basis, rows) = basis.state();
        let state = State {
            energy: self.energy,
            count: self.count,
            number,
            polynomial: polynomial.clone(),
            next_check,
            basis,
        };
        let state = postcard::to_stdvec(&state).expect("plain data can be serialized");
        keeper.keep(&Kept {
            state: &state,
            rows,
        });
    }

    /// The polynomial and the next check of a search that was kept, whose vectors go to `basis`.
    ///
    /// # Errors
    /// [`Failure::NotConverged`] when a later attempt was kept, since this one has failed.
    fn kept(
        &self,
        number: usize,
        workspace: &Workspace,
        basis: &mut Basis<LANES>,
    ) -> Result<Option<(Polynomial, usize)>, Failure> {
        let Some(keeper) = &workspace.keeper else {
            return Ok(None);
        };
        let state = keeper.state();
        let state = state.and_then(|bytes| postcard::from_bytes::<State>(&bytes).ok());
        let is_own = |state: &State| (state.energy, state.count) == (self.energy, self.count);
        let Some(state) = state.filter(is_own).filter(|state| state.number >= number) else {
            return Ok(None);
        };
        if state.number > number {
            return Err(Failure::NotConverged {
                converged: 0,
                wanted: self.count,
                basis: 0,
            });
        }
        let blocks = state.basis.blocks;
        let resumed = basis.resume(&state.basis, |rows| keeper.read(blocks, rows));
        if !resumed {
            basis.restart();
        } else if workspace.space().group().rank() == 0 {
            let vectors = basis.multiplied();
            info!("a search goes on with the {vectors} vectors that an earlier run has found");
        }
        Ok(resumed.then_some((state.polynomial, state.next_check)))
    }

    /// Vectors that the basis probably lacks. Each block gains about a digit, and a look at a large
    /// basis costs more than some blocks.
    fn missing(&self, ritz: &RitzPairs) -> usize {
        let size = ritz.values.len();
        let window = ritz.errors().skip(size.saturating_sub(self.count));
        let blocks = (window.fold(0.0, f64::max) / TOLERANCE).log10();
        (blocks.max(0.0) as usize * LANES).clamp(size / 40, size / 30)
    }

    /// The certificate of the window where it is complete.
    ///
    /// # Errors
    /// [`Failure::Degenerate`] when it may hold more equal levels than the block separates.
    /// [`Failure::NotConverged`] when a larger basis will not complete it or this is the `last`
    /// one.
    fn complete(
        &self,
        ritz: &RitzPairs,
        polynomial: &Polynomial,
        last: bool,
    ) -> Result<Option<Certificate>, Failure> {
        let size = ritz.values.len();
        let certificate = Certificate::new(ritz, polynomial, &self.bounds, self.energy);
        debug!(
            "filter of order {}, basis of {size}: {} levels within {:.4}, P > {:.3}",
            polynomial.order, certificate.inside, certificate.radius, certificate.level
        );
        let complete = certificate.inside >= self.count;
        if !complete && !last && certificate.level >= SIDE_LOBES {
            return Ok(None);
        }
        // Too many equal levels are also a reason why a window is not complete.
        let first = if complete { certificate.first } else { 0 };
        let copies = largest_multiplicity(&ritz.values[first..]);
        if copies >= LANES && size < self.hamiltonian.dimension() {
            return Err(Failure::Degenerate { copies });
        }
        if complete {
            return Ok(Some(certificate));
        }
        Err(Failure::NotConverged {
            converged: certificate.inside,
            wanted: self.count,
            basis: size,
        })
    }

    /// The center of a filter for the levels within `radius` of the target, and its own radius.
    fn focus(&self, attempt: &Attempt, radius: f64) -> (f64, f64) {
        let Bounds { lowest, highest } = self.bounds;
        let (lower, upper) = (self.energy - radius, self.energy + radius);
        // A filter centered at an end of the spectrum falls off over the whole window, so that it
        // separates all levels there. It is wider for that, so it is tried last.
        if attempt.from_the_end && lower <= lowest {
            (lowest, upper.min(highest) - lowest)
        } else if attempt.from_the_end && upper >= highest {
            (highest, highest - lower)
        } else {
            (self.energy + attempt.offset * radius, radius)
        }
    }

    /// The polynomial of the highest order that still holds the window, with its first block in
    /// `basis`. The norm of that block measures Tr P(H)², which corrects the density of states.
    fn sharpest(
        &self,
        attempt: &Attempt,
        mut density: Density,
        basis: &mut Basis<LANES>,
        workspace: &mut Workspace,
    ) -> Result<Polynomial, Failure> {
        // A higher order would separate levels closer than any in a random field.
        let highest = 2 * self.hamiltonian.dimension();
        let dimension = self.hamiltonian.dimension() as f64;
        let levels = attempt.levels;
        for trial in 1.. {
            let radius = density.radius(self.energy, levels.min(dimension));
            let (center, radius) = self.focus(attempt, radius);
            let polynomial = Polynomial::within(&self.bounds, center, radius, CUTOFF, highest);
            let norm = basis.advance(|x, y| {
                workspace.filter(&polynomial, self.hamiltonian, self.interrupt, x, y)
            })?;
            let trace = norm.powi(2) * dimension / LANES as f64;
            density.correct(polynomial.squares(), trace);
            let passband = polynomial.passband(CUTOFF);
            let expected = density.between(passband.lower, passband.upper);
            debug!(
                "filter of order {} for {levels:.0} levels passes {expected:.0}",
                polynomial.order
            );
            if ACCEPTED_RATIO.contains(&(expected / levels)) || trial == TRIALS {
                return Ok(polynomial);
            }
            basis.restart();
        }
        unreachable!("the last trial returns")
    }
}
