//! The search for the levels about one target: a filter as narrow as the density of states allows,
//! and a Krylov basis of it that grows until the window is complete.

use log::debug;

use super::basis::ColumnBasis;
use super::certificate::{Certificate, most_equal};
use super::density::Density;
use super::polynomial::Polynomial;
use super::room::Room;
use crate::chain::Hamiltonian;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::eigen::solver::Bounds;
use crate::lanes::LANES;

/// What P is to be at the ends of the window: well above the side lobes at 0.13. Less would ask for
/// more products, more for a larger basis.
const CUTOFF: f64 = 0.4;

/// Below this the side lobes let through far too many levels for them to converge.
const LOBES: f64 = 0.2;

/// The number of levels that the filter is made for, as a fraction of those that it will find.
const ACCURATE: std::ops::Range<f64> = 0.9..1.2;

/// How often a window is tried.
pub const ATTEMPTS: usize = 4;

/// Filters that are tried on one block to learn the density of states.
const TRIALS: usize = 8;

/// A spectrum this narrow against its energies is one level.
const ONE_LEVEL: f64 = 1e-12;

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
    /// How often the search has failed: it is made wider each time, about another center.
    pub attempt: usize,
    /// Whether to give it up.
    pub interrupt: Interrupt<'h>,
}

/// A space that holds a window.
pub struct Found {
    /// An orthonormal basis, one vector of length N after the other.
    pub vectors: Vec<f64>,
    /// The distance from the target within which no level is missing.
    pub radius: f64,
}

impl Search<'_> {
    /// A space with all levels of the window, in the memory that `memory` has.
    ///
    /// # Errors
    /// [`Failure::NotConverged`] when the largest basis does not hold them, [`Failure::Degenerate`]
    /// when more levels may be equal than a block of vectors can tell apart, or
    /// [`Failure::Interrupted`].
    pub fn run(
        &self,
        density: &Density,
        room: &mut Room,
        memory: Vec<f64>,
    ) -> Result<Found, Failure> {
        let hamiltonian = self.hamiltonian;
        let dimension = hamiltonian.dimension();
        let Bounds { lowest, highest } = self.bounds;
        if highest - lowest <= ONE_LEVEL * lowest.abs().max(highest.abs()) {
            return Err(Failure::Degenerate { copies: dimension });
        }
        let largest = largest_basis(self.count, self.attempt).min(dimension);
        let mut basis = ColumnBasis::new(dimension, LANES, largest + LANES, memory);
        let polynomial = self.sharpest(density.clone(), &mut basis, room)?;
        let mut next_check = first_check(self.count);
        loop {
            let size = basis.size();
            let last = size >= largest;
            if last || size >= next_check {
                let ritz = basis.ritz()?;
                let certificate = Certificate::new(&ritz, &polynomial, &self.bounds, self.energy);
                debug!(
                    "filter of order {}, basis of {size}: {} levels within {:.4}, P > {:.3}",
                    polynomial.order, certificate.inside, certificate.radius, certificate.level
                );
                if certificate.inside >= self.count {
                    let copies = most_equal(&ritz.values[certificate.first..]);
                    if copies >= LANES && size < dimension {
                        return Err(Failure::Degenerate { copies });
                    }
                    let converged = size - certificate.first;
                    return Ok(Found {
                        vectors: basis.combine(ritz.vectors.subcols(certificate.first, converged)),
                        radius: certificate.radius,
                    });
                }
                if last || certificate.level < LOBES {
                    return Err(Failure::NotConverged {
                        converged: certificate.inside,
                        wanted: self.count,
                        basis: size,
                    });
                }
                next_check = size + size / 30;
            }
            basis.advance(|x, y| room.filter(&polynomial, hamiltonian, self.interrupt, x, y))?;
        }
    }

    /// The center of a filter for the levels within `radius` of the target, and how far it must reach.
    fn focus(&self, radius: f64) -> (f64, f64) {
        let Bounds { lowest, highest } = self.bounds;
        let (lower, upper) = (self.energy - radius, self.energy + radius);
        // A window that has an end of the spectrum is all that lies on one side of its other end:
        // from its end a filter falls off all the way, and keeps the levels there apart. It is wider
        // for that, so it comes last.
        let last = self.attempt + 1 == ATTEMPTS;
        if last && lower <= lowest {
            (lowest, upper.min(highest) - lowest)
        } else if last && upper >= highest {
            (highest, highest - lower)
        } else {
            // Levels on both sides where P is the same count as equal: not about every center.
            (self.energy + 0.1 * self.attempt as f64 * radius, radius)
        }
    }

    /// The polynomial of the highest order that still holds the window, with its first block in
    /// `basis`. The norm of that block measures Tr P(H)², so the density of states where it matters.
    fn sharpest(
        &self,
        mut density: Density,
        basis: &mut ColumnBasis,
        room: &mut Room,
    ) -> Result<Polynomial, Failure> {
        // Sharper than this, a filter would tell apart levels closer than any in a random field.
        let highest = 2 * self.hamiltonian.dimension();
        let dimension = self.hamiltonian.dimension() as f64;
        let attempt = self.attempt as f64;
        let wanted = (1.1 * self.count as f64 + 4.0) * 1.3_f64.powf(attempt);
        for trial in 1.. {
            let radius = density.radius(self.energy, wanted.min(dimension));
            let (center, radius) = self.focus(radius);
            let polynomial = Polynomial::within(&self.bounds, center, radius, CUTOFF, highest);
            let square = basis
                .advance(|x, y| room.filter(&polynomial, self.hamiltonian, self.interrupt, x, y))?;
            density.correct(&polynomial, square * dimension / basis.size() as f64);
            let reach = polynomial.reach(CUTOFF);
            let expected = density.between(reach.lower, reach.upper);
            debug!(
                "filter of order {} for {wanted:.0} levels lets {expected:.0} through",
                polynomial.order
            );
            if ACCURATE.contains(&(expected / wanted)) || trial == TRIALS {
                return Ok(polynomial);
            }
            basis.restart();
        }
        unreachable!("the last trial returns")
    }
}

/// The smallest basis that may hold so many states, from measurements in the middle of the spectrum.
fn first_check(states: usize) -> usize {
    24 * states / 10 + 8 * LANES
}

/// The largest Krylov basis for so many states.
fn largest_basis(states: usize, attempt: usize) -> usize {
    (8 * states + 200) * (attempt + 1)
}
