//! The eigenpairs of a small symmetric matrix, by a library and on one thread. On several threads it
//! rounds differently.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::{Mat, MatRef, Par, Spec};

use crate::eigen::failure::Failure;

/// The eigenvalues, ascending, and eigenvectors of the matrix with this lower triangle.
///
/// # Errors
/// [`Failure::Dense`] when the library does not converge.
pub fn eigen(matrix: MatRef<'_, f64>) -> Result<(Vec<f64>, Mat<f64>), Failure> {
    let (size, yes, spec) = (matrix.nrows(), ComputeEigenvectors::Yes, Spec::default());
    let mut values = Diag::zeros(size);
    let mut vectors = Mat::zeros(size, size);
    let scratch = self_adjoint_evd_scratch::<f64>(size, yes, Par::Seq, spec);
    self_adjoint_evd(
        matrix,
        values.as_mut(),
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        spec,
    )
    .map_err(|_| Failure::Dense)?;
    Ok((values.column_vector().iter().copied().collect(), vectors))
}
