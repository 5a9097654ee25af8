//! What every eigenpair must satisfy before it leaves a solver.

use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::{Accum, Mat, MatMut, MatRef, Par};

use super::failure::Failure;
use super::solver::Bounds;
use crate::chain::Hamiltonian;
use crate::comm::Space;
use crate::threads::map;

/// The largest ‖H v − E v‖ that is accepted, as a fraction of E_max − E_min.
const ACCEPTED_RESIDUAL: f64 = 1e-9;

/// The largest element of VᵀV − 1 that is accepted.
const ACCEPTED_OVERLAP: f64 = 1e-10;

/// Checks the eigenpairs of a window, one state in each column, against the Hamiltonian itself and
/// the states against each other. Returns the largest ‖H v − E v‖.
///
/// The check does not depend on how the pairs were found. It is what makes a loss of accuracy
/// inside a solver, in a factor or a basis, visible.
///
/// # Errors
/// [`Failure::Residual`] when one exceeds 1e-9 of the bandwidth. [`Failure::Orthogonality`] when an
/// element of VᵀV differs from that of the unit matrix by more than 1e-10.
pub fn accept(
    hamiltonian: &Hamiltonian,
    bounds: &Bounds,
    energies: &[f64],
    states: MatRef<'_, f64>,
) -> Result<f64, Failure> {
    let residuals = residuals(hamiltonian, energies, states);
    let residual = accept_residual(bounds, residuals.into_iter())?;
    accept_overlaps(&Space::alone(states.nrows()), states)?;
    Ok(residual)
}

/// The largest of `residuals`, the ‖H v − E v‖ of states.
///
/// # Errors
/// [`Failure::Residual`] when it exceeds 1e-9 of the bandwidth.
pub fn accept_residual(
    bounds: &Bounds,
    residuals: impl Iterator<Item = f64>,
) -> Result<f64, Failure> {
    let residual = residuals.fold(0.0, worse);
    let allowed = ACCEPTED_RESIDUAL * bounds.width().max(f64::MIN_POSITIVE);
    // False for a NaN. The same holds for the overlaps below.
    let accurate = residual <= allowed;
    match accurate {
        true => Ok(residual),
        false => Err(Failure::Residual { residual, allowed }),
    }
}

/// Checks that the columns of `states`, of which a rank has its rows, are orthonormal. Collective.
///
/// # Errors
/// [`Failure::Orthogonality`] when an element of VᵀV differs from that of the unit matrix by more
/// than 1e-10.
pub fn accept_overlaps(space: &Space, states: MatRef<'_, f64>) -> Result<(), Failure> {
    let overlap = overlap(space, states);
    let orthonormal = overlap <= ACCEPTED_OVERLAP;
    match orthonormal {
        true => Ok(()),
        false => Err(Failure::Orthogonality {
            overlap,
            allowed: ACCEPTED_OVERLAP,
        }),
    }
}

/// ‖H v − E v‖ of each column of `states`.
fn residuals(hamiltonian: &Hamiltonian, energies: &[f64], states: MatRef<'_, f64>) -> Vec<f64> {
    map((0..energies.len()).collect(), |k| {
        let state = states.subcols(k, 1);
        let mut image = Mat::zeros(states.nrows(), 1);
        hamiltonian.apply(state, image.as_mut());
        (image.col(0) - faer::Scale(energies[k]) * state.col(0)).norm_l2()
    })
}

/// The largest |VᵀV − 1|.
fn overlap(space: &Space, states: MatRef<'_, f64>) -> f64 {
    let count = states.ncols();
    let overlaps = space.sum(|rows| {
        let mut overlaps = vec![0.0; count * count];
        let states = states.subrows(rows.start, rows.len());
        // The matrix is symmetric, so its lower triangle suffices.
        matmul(
            MatMut::from_column_major_slice_mut(&mut overlaps, count, count),
            BlockStructure::TriangularLower,
            Accum::Replace,
            states.transpose(),
            BlockStructure::Rectangular,
            states,
            BlockStructure::Rectangular,
            1.0,
            Par::Seq,
        );
        overlaps
    });
    let overlaps = MatRef::from_column_major_slice(&overlaps, count, count);
    let mut worst = 0.0;
    for column in 0..count {
        worst = worse(worst, (overlaps[(column, column)] - 1.0).abs());
        for row in column + 1..count {
            worst = worse(worst, overlaps[(row, column)].abs());
        }
    }
    worst
}

/// The larger of two errors, with NaN as the largest of all.
fn worse(worst: f64, error: f64) -> f64 {
    if error > worst || error.is_nan() {
        error
    } else {
        worst
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::chain::Chain;
    use crate::deck::Boundary;

    /// Without exchange the basis states are eigenstates, so every error is known.
    fn diagonal() -> (Hamiltonian, Bounds, Vec<f64>, Mat<f64>) {
        faer::set_global_parallelism(faer::Par::Seq);
        let chain = Arc::new(Chain::new(6, 0.0, Boundary::Periodic));
        let hamiltonian = Hamiltonian::new(&chain, &[3.0, 1.0, 4.0, 1.5, 9.0, 2.6]);
        let energies = hamiltonian.diagonal().to_vec();
        let bounds = Bounds {
            lowest: energies.iter().copied().fold(f64::INFINITY, f64::min),
            highest: energies.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        };
        let states = Mat::identity(20, 20);
        (hamiltonian, bounds, energies, states)
    }

    #[test]
    fn eigenpairs_are_accepted() {
        let (hamiltonian, bounds, energies, states) = diagonal();
        let accepted = accept(&hamiltonian, &bounds, &energies, states.as_ref());
        assert_eq!(accepted, Ok(0.0));
    }

    #[test]
    fn a_wrong_energy_is_refused_by_its_residual() {
        let (hamiltonian, bounds, mut energies, states) = diagonal();
        let mut shifted = |fraction: f64| {
            energies[7] = hamiltonian.diagonal()[7] + fraction * bounds.width();
            accept(&hamiltonian, &bounds, &energies, states.as_ref())
        };
        assert!(shifted(0.9e-9).is_ok());
        assert!(matches!(
            shifted(1.1e-9),
            Err(Failure::Residual { residual, allowed }) if residual > allowed
        ));
        assert!(matches!(shifted(f64::NAN), Err(Failure::Residual { .. })));
    }

    /// Two states of one level that are not orthogonal are eigenstates still. Only their overlap,
    /// the sine of the angle, shows it.
    #[test]
    fn states_of_one_level_that_overlap_are_refused() {
        let chain = Arc::new(Chain::new(6, 0.0, Boundary::Periodic));
        faer::set_global_parallelism(faer::Par::Seq);
        let hamiltonian = Hamiltonian::new(&chain, &[1.0; 6]);
        let bounds = Bounds {
            lowest: -1.0,
            highest: 1.0,
        };
        let turned = |angle: f64| {
            let mut states = Mat::<f64>::identity(20, 20);
            states[(4, 11)] = angle.sin();
            states[(11, 11)] = angle.cos();
            accept(&hamiltonian, &bounds, &[0.0; 20], states.as_ref())
        };
        assert!(turned(0.9e-10).is_ok());
        assert!(matches!(
            turned(1.1e-10),
            Err(Failure::Orthogonality { overlap, .. }) if (overlap - 1.1e-10).abs() < 1e-15
        ));
    }

    #[test]
    fn states_that_are_not_normalized_are_refused() {
        let (hamiltonian, bounds, energies, mut states) = diagonal();
        states[(3, 3)] += 1e-9;
        assert!(matches!(
            accept(&hamiltonian, &bounds, &energies, states.as_ref()),
            Err(Failure::Orthogonality { .. })
        ));
    }
}
