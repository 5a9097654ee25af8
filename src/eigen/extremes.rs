//! The lowest and the highest energy of a realization, by Lanczos on the Hamiltonian itself.
//!
//! The basis is neither stored nor kept orthogonal. Lanczos then finds copies of levels that have
//! converged, which does not change the two ends of the spectrum.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{
    ComputeEigenvectors, self_adjoint_evd_scratch, tridiagonal_self_adjoint_evd,
};
use faer::{Col, Mat, Par};

use super::failure::Failure;
use super::interrupt::{Interrupt, check_interrupt};
use super::solver::Bounds;
use crate::chain::Hamiltonian;
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

/// E_min and E_max.
///
/// # Errors
/// When Lanczos does not converge, or is interrupted.
pub fn extremes(hamiltonian: &Hamiltonian, interrupt: Interrupt<'_>) -> Result<Bounds, Failure> {
    let dimension = hamiltonian.dimension();
    let mut random = stream(0, [dimension as u64, 0, 0, 0]);
    let mut vector = Mat::from_fn(dimension, 1, |_, _| unit(&mut random) - 0.5);
    let norm = vector.norm_l2();
    vector /= faer::Scale(norm);
    let mut previous = Mat::<f64>::zeros(dimension, 1);
    let mut image = Mat::<f64>::zeros(dimension, 1);
    let (mut diagonal, mut coupling) = (Vec::new(), Vec::new());
    let mut next_look = FIRST_LOOK;
    loop {
        if diagonal.len().is_multiple_of(STEPS_PER_CHECK) {
            check_interrupt(interrupt)?;
        }
        hamiltonian.apply(vector.as_ref(), image.as_mut());
        let last = coupling.last().copied().unwrap_or(0.0);
        image -= faer::Scale(last) * &previous;
        let energy = vector.col(0).transpose() * image.col(0);
        image -= faer::Scale(energy) * &vector;
        diagonal.push(energy);
        let residue = image.norm_l2();
        coupling.push(residue);
        let steps = diagonal.len();
        let scale = diagonal
            .iter()
            .chain(&coupling)
            .fold(0.0_f64, |most, x| most.max(x.abs()));
        // The residue is rounding when the space is exhausted.
        let exhausted = residue <= 1e-13 * scale;
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
        std::mem::swap(&mut previous, &mut vector);
        std::mem::swap(&mut vector, &mut image);
        vector /= faer::Scale(residue);
    }
}

/// The lowest and highest eigenvalue of a tridiagonal matrix, and the larger ‖H v − E v‖ of the
/// two. The last element of `coupling` couples the matrix to the next vector.
fn ends(diagonal: &[f64], coupling: &[f64]) -> Result<(Bounds, f64), Failure> {
    let steps = diagonal.len();
    let diagonal = Col::from_fn(steps, |k| diagonal[k]);
    let below = Col::from_fn(steps, |k| coupling[k]);
    let mut values = Col::<f64>::zeros(steps);
    let mut vectors = Mat::<f64>::zeros(steps, steps);
    let scratch = self_adjoint_evd_scratch::<f64>(
        steps,
        ComputeEigenvectors::Yes,
        Par::Seq,
        Default::default(),
    );
    tridiagonal_self_adjoint_evd(
        diagonal.as_diagonal(),
        below.as_diagonal(),
        values.as_diagonal_mut(),
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| Failure::Dense)?;
    let residual = |k: usize| (coupling[steps - 1] * vectors[(steps - 1, k)]).abs();
    let bounds = Bounds {
        lowest: values[0],
        highest: values[steps - 1],
    };
    Ok((bounds, residual(0).max(residual(steps - 1))))
}
