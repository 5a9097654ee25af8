//! The search for the levels about one target.

use rand_xoshiro::rand_core::Rng;

use super::attempt::{Attempt, NARROW};
use super::count::complete;
use super::slice::{Aim, Slice, Workspace};
use crate::chain::Hamiltonian;
use crate::deck::Certificate;
use crate::eigen::accept::{accept_overlaps, accept_residual};
use crate::eigen::density::Density;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::eigen::solver::Bounds;
use crate::eigen::window::{is_cut, nearest};
use crate::random::stream;

/// The distance of a shift from an end of the spectrum, as a fraction of E_max − E_min. It is a part
/// of the spacing of the levels there, which the length of the chain hardly changes.
const CLEARANCE: f64 = 1e-3;

/// The place of the shift in a slice at an end of the spectrum, as a fraction of its width. The width is
/// an estimate, and the levels at the end must not be farther from the shift than those beyond the
/// slice.
const CENTER: f64 = 0.45;

/// Such a slice has more levels than a window by one part in so many, since the windows differ a little.
const MORE_AT_AN_END: usize = 16;

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
    /// Its density of states.
    pub density: &'h Density,
    /// The target.
    pub energy: f64,
    /// Levels wanted.
    pub count: usize,
    /// How the window is proven.
    pub certificate: Certificate,
    /// Whether to give up.
    pub interrupt: Interrupt<'h>,
}

/// The levels of a window.
pub struct Found {
    /// Energies, ascending.
    pub energies: Vec<f64>,
    /// The largest ‖H v − E v‖.
    pub residual: f64,
    /// Whether a level outside equals one of the window.
    pub cut: bool,
    /// A bound of the probability that a level is missing. It is zero where the levels were counted.
    pub missed: f64,
}

impl Search<'_> {
    /// Attempt `number`: takes the levels nearest the target from a slice of the spectrum, when they are
    /// proven to be all of them. The slice is the `known` one if that is the same, or replaces it. The
    /// states of the window are those of `workspace`.
    ///
    /// # Errors
    /// When levels are missing or not accurate, and [`Failure::Interrupted`].
    pub fn run(
        &self,
        workspace: &mut Workspace,
        known: &mut Option<Slice>,
        number: usize,
    ) -> Result<Found, Failure> {
        let aim = self.aim(number);
        let slice = match known.take().filter(|known| *known.aim() == aim) {
            Some(same) => same,
            None => Slice::find(
                self.hamiltonian,
                self.bounds,
                aim,
                workspace,
                self.interrupt,
            )?,
        };
        self.choose(known.insert(slice), workspace)
    }

    /// The window in a slice.
    fn choose(&self, slice: &Slice, workspace: &mut Workspace) -> Result<Found, Failure> {
        let energies = slice.energies();
        let resolution = self.bounds.resolution();
        let window = nearest(&energies, self.energy, self.count, resolution);
        let edge = self.edge(&energies, &energies[window.clone()], slice.others());
        let inside = energies.iter().filter(|&&it| self.distance(it) < edge);
        let inside = inside.count();
        let cut = is_cut(&energies, &window, resolution);
        let levels = &slice.levels()[window.clone()];
        let residual = accept_residual(&self.bounds, levels.iter().map(|level| level.residual))?;
        let space = workspace.exchange.space().clone();
        let mut states = workspace.states(self.hamiltonian.dimension(), self.count);
        slice.states().write(levels, states.as_mut());
        accept_overlaps(&space, states.as_ref())?;
        let interval = self.energy - edge..self.energy + edge;
        let allowed = allowed(slice.aim().attempt.block);
        let mut missed = slice.missed(&interval, inside, allowed);
        if missed > allowed || self.is_counted() {
            let factorization = &mut workspace.factorization;
            complete(
                factorization,
                self.hamiltonian,
                interval,
                inside,
                self.interrupt,
            )?;
            missed = 0.0;
        }
        Ok(Found {
            energies: energies[window].to_vec(),
            residual,
            cut,
            missed,
        })
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

    /// The slice that an attempt looks for.
    ///
    /// The ends of the spectrum are levels. Near one, the shift is placed outside.
    fn aim(&self, number: usize) -> Aim {
        let (Bounds { lowest, highest }, dimension) = (self.bounds, self.hamiltonian.dimension());
        let end = (number == 0).then(|| self.end()).flatten();
        let more = end.map_or(0, |_| self.count / MORE_AT_AN_END + 2);
        let attempt = Attempt::new(number, self.count + more, dimension);
        let spacing = self.bounds.width() / dimension as f64;
        let shift = end.unwrap_or(self.energy + attempt.offset * spacing);
        let clearance = CLEARANCE * self.bounds.width();
        let shift = if (shift - lowest).abs() < clearance {
            lowest - clearance
        } else if (shift - highest).abs() < clearance {
            highest + clearance
        } else {
            shift
        };
        Aim { shift, attempt }
    }

    /// The shift for a target so near to an end of the spectrum that its window begins there.
    ///
    /// All such windows hold nearly the same levels, so that one slice serves them. From a shift inside
    /// of it, fewer vectors find it than from the end.
    fn end(&self) -> Option<f64> {
        let Bounds { lowest, highest } = self.bounds;
        let width = |end: f64| self.density.radius(end, self.count as f64);
        let lower = lowest + CENTER * width(lowest);
        let upper = highest - CENTER * width(highest);
        match self.energy {
            energy if energy < lower => Some(lower),
            energy if energy > upper => Some(upper),
            _ => None,
        }
    }

    fn distance(&self, level: f64) -> f64 {
        (level - self.energy).abs()
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

    use super::super::factorization::Factorization;
    use super::*;
    use crate::chain::{Chain, Exchange};
    use crate::comm::Space;
    use crate::deck::Boundary;
    use crate::eigen::interrupt::uninterrupted;
    use crate::eigen::memory::Memory;

    /// The energies of a window, and the shift of its slice.
    type Attempted = Result<(Vec<f64>, f64), Failure>;

    /// The first attempts at 20 levels about energies of a realization of L = 10. Returns its levels, and
    /// for each energy what was found.
    fn first_attempts(energies: impl Fn(&[f64]) -> Vec<f64>) -> (Vec<f64>, Vec<Attempted>) {
        faer::set_global_parallelism(faer::Par::Seq);
        let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
        let field: Vec<f64> = (0..10).map(|i| 3.0 * f64::from(i * i).sin()).collect();
        let hamiltonian = Hamiltonian::new(&chain, &field);
        let levels = hamiltonian.dense().self_adjoint_eigenvalues(Side::Lower);
        let levels = levels.unwrap();
        let bounds = Bounds {
            lowest: levels[0],
            highest: levels[251],
        };
        let density = Density::new(&Space::alone(252), &hamiltonian, &bounds);
        let mut workspace = Workspace {
            factorization: Factorization::new(&chain),
            basis: Memory::default(),
            exchange: Exchange::new(Space::alone(252)),
        };
        let mut slice = None;
        let mut attempt = |energy| {
            let search = Search {
                hamiltonian: &hamiltonian,
                bounds,
                density: &density,
                energy,
                count: 20,
                certificate: Certificate::Run,
                interrupt: &uninterrupted,
            };
            let found = search.run(&mut workspace, &mut slice, 0)?;
            let window = nearest(&levels, energy, 20, bounds.resolution());
            for (found, expected) in found.energies.iter().zip(&levels[window]) {
                assert!((found - expected).abs() < 1e-10);
            }
            Ok((found.energies, slice.as_ref().unwrap().aim().shift))
        };
        let found = energies(&levels).into_iter().map(&mut attempt).collect();
        (levels, found)
    }

    /// No shift is at an end of the spectrum, so that one attempt is enough there. It serves the other
    /// targets whose windows begin at that end.
    #[test]
    fn targets_at_an_end_share_one_slice() {
        let targets = |levels: &[f64]| {
            let width = levels[251] - levels[0];
            let densities = [0.0, 0.03, 0.06, 0.3, 0.94, 0.97, 1.0];
            densities.map(|it| levels[0] + it * width).to_vec()
        };
        let (levels, found) = first_attempts(targets);
        let shifts: Vec<f64> = found.into_iter().map(|found| found.unwrap().1).collect();
        assert!(shifts[0] > levels[3] && shifts[6] < levels[248]);
        assert!(shifts[..3].iter().all(|&shift| shift == shifts[0]));
        assert!(shifts[4..].iter().all(|&shift| shift == shifts[6]));
        assert_eq!(shifts[3], targets(&levels)[3]);
    }

    /// The inverse at a level has no digits left for the other levels. The first look at the basis
    /// shows it, or the small eigenproblem of that look does not converge, or the residuals show it.
    #[test]
    fn a_shift_at_a_level_is_given_up() {
        let inside = |levels: &[f64]| [60, 125, 200].map(|place| levels[place]).to_vec();
        for found in first_attempts(inside).1 {
            let found = found.map(|(energies, _)| energies);
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
