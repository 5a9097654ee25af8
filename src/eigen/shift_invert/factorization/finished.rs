//! Finished columns of L, and what they are multiplied by to give their part of L B Lᵀ.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::precision::Precision;

/// Finished columns of one supernode, from the diagonal element of the first on.
pub struct Finished<'v, T> {
    /// The columns one after the other, with the diagonal of B.
    pub values: &'v [T],
    /// Elements from one column to the next.
    pub stride: usize,
    /// The elements of B below the diagonal.
    pub subdiagonal: &'v [T],
}

impl<T: Precision> Finished<'_, T> {
    /// Number of columns.
    pub fn width(&self) -> usize {
        self.subdiagonal.len()
    }

    /// These rows of one column.
    pub fn column(&self, column: usize, rows: Range<usize>) -> &[T] {
        &self.values[column * self.stride..][rows]
    }

    /// Overwrites `weights` with columns of B Lᵀ, the rows `rows` of L times B. They lie as in L.
    pub fn weigh(&self, rows: Range<usize>, weights: &mut Vec<T>) {
        weights.resize(rows.len() * self.width(), T::default());
        if !rows.is_empty() {
            Arch::new().dispatch(Weigh {
                finished: self,
                rows,
                weights,
            });
        }
    }
}

/// The weights, compiled for each instruction set.
struct Weigh<'w, T> {
    finished: &'w Finished<'w, T>,
    rows: Range<usize>,
    weights: &'w mut [T],
}

impl<T: Precision> WithSimd for Weigh<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let finished = self.finished;
        let rows = |column: usize| finished.column(column, self.rows.clone());
        let pivot = |column: usize| finished.values[column * (finished.stride + 1)];
        let mut weights = self.weights.chunks_exact_mut(self.rows.len());
        let mut next = || weights.next().expect("one for each column");
        let mut k = 0;
        while k < finished.width() {
            let coupling = finished.subdiagonal[k];
            let diagonal = pivot(k);
            if coupling == T::default() {
                for (weight, &x) in next().iter_mut().zip(rows(k)) {
                    *weight = x * diagonal;
                }
                k += 1;
            } else {
                for (weight, (&x, &y)) in next().iter_mut().zip(rows(k).iter().zip(rows(k + 1))) {
                    *weight = x.fused(diagonal, y * coupling);
                }
                let diagonal = pivot(k + 1);
                for (weight, (&x, &y)) in next().iter_mut().zip(rows(k).iter().zip(rows(k + 1))) {
                    *weight = y.fused(diagonal, x * coupling);
                }
                k += 2;
            }
        }
    }
}
