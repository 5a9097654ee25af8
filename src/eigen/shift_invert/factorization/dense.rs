//! The dense part of a factorization: L B Lᵀ of the diagonal block of one supernode, and the
//! division of the rows below it.
//!
//! Bunch–Kaufman pivoting takes 1 × 1 and 2 × 2 pivots. A 2 × 2 pivot serves where the diagonal is
//! small against the elements beside it, as it often is in an indefinite matrix.

use faer::dyn_stack::{MemStack, StackReq};
use faer::linalg::cholesky::lblt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::triangular_solve::solve_unit_lower_triangular_in_place;
use faer::traits::math_utils::{one, recip};
use faer::{ColMut, MatMut, MatRef, get_global_parallelism};

use super::precision::Precision;
use super::supernodes::Structure;

/// The workspace of [`factorize`] for the widest supernode.
pub fn scratch<T: Precision>(structure: &Structure) -> StackReq {
    let widths = structure.supernodes().iter().map(|s| s.columns.len());
    cholesky_in_place_scratch::<usize, T>(
        widths.max().unwrap_or(0),
        get_global_parallelism(),
        Default::default(),
    )
}

/// Factorizes a supernode that has received every contribution. `subdiagonal` and `pivoted` are its
/// parts of [`Pivoting`], with the rows counted from its first. `inverse` is workspace.
///
/// [`Pivoting`]: super::numeric::Pivoting
pub fn factorize<T: Precision>(
    block: MatMut<'_, T>,
    subdiagonal: &mut [T],
    pivoted: &mut [usize],
    inverse: &mut Vec<usize>,
    stack: &mut MemStack,
) {
    let width = block.ncols();
    let (mut top, mut bottom) = block.split_at_row_mut(width);
    // Most supernodes have one column, for which a call of the library costs more than the work.
    if width == 1 {
        pivoted[0] = 0;
        divide(top.as_ref(), subdiagonal, bottom);
        return;
    }
    inverse.resize(width, 0);
    cholesky_in_place(
        top.as_mut(),
        ColMut::from_slice_mut(subdiagonal).as_diagonal_mut(),
        pivoted,
        inverse,
        get_global_parallelism(),
        stack,
        Default::default(),
    );
    permute(bottom.as_mut(), pivoted);
    solve_unit_lower_triangular_in_place(
        top.as_ref(),
        bottom.as_mut().transpose_mut(),
        get_global_parallelism(),
    );
    divide(top.as_ref(), subdiagonal, bottom);
}

/// Puts column `order[k]` in the place of column k, one cycle of the permutation after the other,
/// so that one column of workspace suffices.
fn permute<T: Precision>(mut columns: MatMut<'_, T>, order: &[usize]) {
    let mut moved = vec![false; order.len()];
    for start in 0..order.len() {
        if moved[start] || order[start] == start {
            continue;
        }
        let first = columns.as_ref().col(start).to_owned();
        let mut target = start;
        loop {
            moved[target] = true;
            let source = order[target];
            if source == start {
                columns.as_mut().col_mut(target).copy_from(&first);
                break;
            }
            let (low, high) = (source.min(target), source.max(target));
            let (left, right) = columns.as_mut().split_at_col_mut(high);
            let (mut left, mut right) = (left.col_mut(low), right.col_mut(0));
            if target == low {
                left.copy_from(right);
            } else {
                right.copy_from(left);
            }
            target = source;
        }
    }
}

/// Multiplies the rows below by B⁻¹ from the right.
fn divide<T: Precision>(top: MatRef<'_, T>, subdiagonal: &[T], mut bottom: MatMut<'_, T>) {
    let mut k = 0;
    while k < top.ncols() {
        let coupling = subdiagonal[k];
        if coupling == T::default() {
            let scale = recip(&top[(k, k)]);
            for x in bottom.as_mut().col_mut(k).iter_mut() {
                *x *= scale;
            }
            k += 1;
        } else {
            // Divided by the element off the diagonal, which is the largest of a 2 × 2 pivot, so
            // that no product overflows or underflows.
            let scale = recip(&coupling);
            let (first, second) = (top[(k, k)] * scale, top[(k + 1, k + 1)] * scale);
            let determinant = first.fused(second, T::default() - one::<T>());
            let scale = scale * recip(&determinant);
            let (left, right) = bottom.as_mut().get_mut(.., k..k + 2).split_at_col_mut(1);
            for (x, y) in left.col_mut(0).iter_mut().zip(right.col_mut(0).iter_mut()) {
                (*x, *y) = ((second * *x - *y) * scale, (first * *y - *x) * scale);
            }
            k += 2;
        }
    }
}
