//! The lowest and the highest energy of a realization, by Lanczos on the Hamiltonian itself.
//!
//! The basis is neither stored nor kept orthogonal. Lanczos then finds copies of levels that have
//! converged, which does not change the two ends of the spectrum.

use super::failure::Failure;
use super::interrupt::{Interrupt, check_interrupt};
use super::krylov::{Band, InverseIteration};
use super::solver::Bounds;
use crate::chain::{Exchange, Hamiltonian};
use crate::comm::Space;
use crate::lanes::Lanes;
use crate::random::{stream, unit};

/// The largest ‖H v − E v‖, as a fraction of the width of the spectrum. The error of an energy is
/// of the order of its square over a gap.
const TOLERANCE: f64 = 1e-8;

/// Steps before the ends are computed for the first time.
const FIRST_LOOK: usize = 40;

/// Steps at which the search is given up.
const MOST_STEPS: usize = 2000;

/// Steps between two checks of the interrupt. A step is little more than one product.
const STEPS_PER_CHECK: usize = 16;

/// E_min and E_max. Collective.
///
/// # Errors
/// When Lanczos does not converge, or is interrupted.
pub fn extremes(
    hamiltonian: &Hamiltonian,
    exchange: &mut Exchange,
    interrupt: Interrupt<'_>,
) -> Result<Bounds, Failure> {
    let mut vector = start(hamiltonian, exchange.space());
    let norm = norm(exchange.space(), &vector);
    let mut other = vec![0.0; vector.len()];
    // The factors that make a Lanczos vector of `vector`, and of `other` what the step subtracts.
    let (mut scale, mut before) = (1.0 / norm, 0.0);
    let (mut diagonal, mut coupling) = (Vec::new(), Vec::new());
    let mut next_look = FIRST_LOOK;
    loop {
        if diagonal.len().is_multiple_of(STEPS_PER_CHECK) {
            check_interrupt(interrupt)?;
        }
        let [energy, residue] =
            exchange.lanczos_step(hamiltonian, scale, &mut vector, before, &mut other);
        diagonal.push(energy);
        coupling.push(residue);
        let steps = diagonal.len();
        let largest = diagonal
            .iter()
            .chain(&coupling)
            .fold(0.0_f64, |most, x| most.max(x.abs()));
        // The residue is rounding when the space is exhausted.
        let exhausted = residue <= 1e-13 * largest;
        if exhausted || steps == next_look {
            let (bounds, accuracy) = ends(&diagonal, &coupling)?;
            if exhausted || accuracy <= TOLERANCE * bounds.width() {
                return Ok(bounds);
            }
            if steps >= MOST_STEPS {
                return Err(Failure::NotConverged {
                    converged: 0,
                    wanted: 2,
                    basis: steps,
                });
            }
            next_look = steps + steps / 5;
        }
        std::mem::swap(&mut vector, &mut other);
        (scale, before) = (1.0 / residue, residue * scale);
    }
}

/// A random vector, another sequence for each piece, with room for the rows of other ranks.
fn start(hamiltonian: &Hamiltonian, space: &Space) -> Vec<f64> {
    let partition = space.partition();
    let rows = partition.rows() + hamiltonian.chain().halo().rows();
    let mut vector = vec![0.0; rows];
    for (piece, (_, rows)) in partition.own().zip(partition.pieces_of(&mut vector)) {
        let mut random = stream(0, [partition.dimension() as u64, 0, piece as u64, 0]);
        rows.fill_with(|| unit(&mut random) - 0.5);
    }
    vector
}

fn norm(space: &Space, vector: &[f64]) -> f64 {
    let squares = space.sum(|rows| vec![vector[rows].iter().map(|x| x * x).sum()]);
    squares[0].sqrt()
}

/// The lowest and highest eigenvalue of a tridiagonal matrix, and the larger ‖H v − E v‖ of the
/// two. The last element of `coupling` couples the matrix to the next vector.
fn ends(diagonal: &[f64], coupling: &[f64]) -> Result<(Bounds, f64), Failure> {
    let steps = diagonal.len();
    let mut band = Band::zeros(steps, 1);
    for (k, (&diagonal, &below)) in diagonal.iter().zip(coupling).enumerate() {
        band.set(k, k, diagonal);
        if k + 1 < steps {
            band.set(k + 1, k, below);
        }
    }
    let values = band.clone().tridiagonal().eigenvalues();
    let values = values.ok_or(Failure::Dense)?;
    let bounds = Bounds {
        lowest: values[0],
        highest: values[steps - 1],
    };
    let [lowest, highest] = [0, 1];
    let mut both = Lanes::all(bounds.lowest);
    both.0[highest] = bounds.highest;
    let start = vec![Lanes::all(1.0); steps];
    let mut iteration = InverseIteration::default();
    let last = iteration.vectors(&band, both, &start)[steps - 1];
    let residual = |lane: usize| (coupling[steps - 1] * last.0[lane]).abs();
    Ok((bounds, residual(lowest).max(residual(highest))))
}
