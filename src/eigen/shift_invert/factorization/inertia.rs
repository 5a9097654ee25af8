//! The signs of pivots.

use super::precision::Precision;
use crate::eigen::failure::Failure;

/// The number of negative eigenvalues of the part of B that belongs to a supernode. That of L B Lᵀ
/// is the sum over all, by Sylvester's law of inertia.
///
/// # Errors
/// [`Failure::Singular`] when a pivot is zero or not finite. Neither its sign nor its inverse means
/// anything then.
pub fn negative<T: Precision>(
    values: &[T],
    height: usize,
    subdiagonal: &[T],
) -> Result<usize, Failure> {
    let pivot = |k: usize| -> f64 { values[k * (height + 1)].into() };
    let mut count = 0;
    let mut k = 0;
    while k < subdiagonal.len() {
        let coupling: f64 = subdiagonal[k].into();
        let (determinant, size) = if coupling == 0.0 {
            (pivot(k), 1)
        } else {
            // Divided by the coupling twice, so that its square does not underflow.
            ((pivot(k) / coupling) * (pivot(k + 1) / coupling) - 1.0, 2)
        };
        if determinant == 0.0 || !determinant.is_finite() {
            return Err(Failure::Singular);
        }
        count += match (size, determinant < 0.0) {
            (_, true) => 1,
            (2, false) if pivot(k) < 0.0 => 2,
            _ => 0,
        };
        k += size;
    }
    Ok(count)
}
