//! L B Lᵀ of a small dense matrix, with the inverse that divides the rows below it.
//!
//! Bunch–Kaufman pivoting takes 1 × 1 and 2 × 2 pivots. A 2 × 2 pivot serves where the diagonal is
//! small against the elements beside it, as it often is in an indefinite matrix.

use faer::traits::math_utils::{from_f64, one, recip};
use pulp::{Arch, Simd, WithSimd};

use super::precision::Precision;

/// The largest matrix.
pub const BLOCK: usize = 48;

/// A diagonal element less than this times the largest beside it is not a pivot. This value bounds
/// the growth over a 2 × 2 pivot as well as over two 1 × 1 pivots.
const ALPHA: f64 = 0.640_388_203_202_207_6;

/// A small matrix in factorization.
pub struct Block<'b, T> {
    /// The columns one after the other. The lower triangle becomes L and the diagonal of B.
    pub values: &'b mut [T],
    /// The elements of B below the diagonal. One is not zero where a pivot is 2 × 2.
    pub subdiagonal: &'b mut [T],
    /// The row that became each row.
    pub order: &'b mut [usize],
    /// P L⁻ᵀ B⁻¹, in columns. Rows below the block, times it, are rows of L.
    pub divisor: &'b mut [T],
}

impl<T: Precision> Block<'_, T> {
    /// Factorizes the matrix.
    pub fn factorize(self) {
        Arch::new().dispatch(self);
    }
}

impl<T: Precision> WithSimd for Block<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) {
        for (k, order) in self.order.iter_mut().enumerate() {
            *order = k;
        }
        let mut k = 0;
        while k < self.size() {
            k += if self.choose(k) {
                self.eliminate_two(k);
                2
            } else {
                self.eliminate_one(k);
                1
            };
        }
        self.invert();
    }
}

impl<T: Precision> Block<'_, T> {
    #[inline(always)]
    fn size(&self) -> usize {
        self.order.len()
    }

    /// The element of the symmetric matrix in this row and column.
    #[inline(always)]
    fn element(&self, row: usize, column: usize) -> T {
        self.values[row.min(column) * self.size() + row.max(column)]
    }

    /// The largest element of a row off the diagonal, among columns from `first` on, and its column.
    #[inline(always)]
    fn largest_beside(&self, row: usize, first: usize) -> (T, usize) {
        let mut largest = (T::default(), row);
        for column in (first..self.size()).filter(|&column| column != row) {
            let element = self.element(row, column).magnitude();
            if element > largest.0 {
                largest = (element, column);
            }
        }
        largest
    }

    /// Brings the pivot for column k to its place. Returns whether it is 2 × 2.
    #[inline(always)]
    fn choose(&mut self, k: usize) -> bool {
        let alpha: T = from_f64(ALPHA);
        let diagonal = self.element(k, k).magnitude();
        let (beside, row) = self.largest_beside(k, k);
        if row == k || diagonal >= alpha * beside {
            return false;
        }
        let (farther, _) = self.largest_beside(row, k);
        // The product of two large elements may overflow, their ratio does not.
        if diagonal * (farther * recip(&beside)) >= alpha * beside {
            return false;
        }
        let single = self.element(row, row).magnitude() >= alpha * farther;
        self.swap(if single { k } else { k + 1 }, row);
        !single
    }

    /// Swaps two rows and the same columns, first ≤ second.
    #[inline(always)]
    fn swap(&mut self, first: usize, second: usize) {
        if first == second {
            return;
        }
        let size = self.size();
        self.order.swap(first, second);
        for k in (0..size).filter(|&k| k != first && k != second) {
            let place = |row: usize| row.min(k) * size + row.max(k);
            self.values.swap(place(first), place(second));
        }
        self.values.swap(first * (size + 1), second * (size + 1));
    }

    #[inline(always)]
    fn eliminate_one(&mut self, k: usize) {
        let size = self.size();
        self.subdiagonal[k] = T::default();
        let (column, others) = self.values[k * size..].split_at_mut(size);
        let scale = recip(&column[k]);
        let mut lower = [T::default(); BLOCK];
        let lower = &mut lower[..size];
        for row in k + 1..size {
            lower[row] = column[row] * scale;
        }
        for (j, other) in (k + 1..size).zip(others.chunks_exact_mut(size)) {
            let weight = -column[j];
            for (x, &lower) in other[j..].iter_mut().zip(&lower[j..]) {
                *x = lower.fused(weight, *x);
            }
        }
        column[k + 1..].copy_from_slice(&lower[k + 1..]);
    }

    #[inline(always)]
    fn eliminate_two(&mut self, k: usize) {
        let size = self.size();
        let (pair, others) = self.values[k * size..].split_at_mut(2 * size);
        let (first, second) = pair.split_at_mut(size);
        let coupling = first[k + 1];
        self.subdiagonal[k] = coupling;
        self.subdiagonal[k + 1] = T::default();
        first[k + 1] = T::default();
        let inverse = Pair::invert(first[k], second[k + 1], coupling);
        let mut lower = [[T::default(); BLOCK]; 2];
        let [left, right] = &mut lower;
        let (left, right) = (&mut left[..size], &mut right[..size]);
        for row in k + 2..size {
            (left[row], right[row]) = inverse.apply(first[row], second[row]);
        }
        for (j, other) in (k + 2..size).zip(others.chunks_exact_mut(size)) {
            let (x, y) = (-first[j], -second[j]);
            let lower = left[j..].iter().zip(&right[j..]);
            for (value, (&left, &right)) in other[j..].iter_mut().zip(lower) {
                *value = left.fused(x, right.fused(y, *value));
            }
        }
        first[k + 2..].copy_from_slice(&left[k + 2..]);
        second[k + 2..].copy_from_slice(&right[k + 2..]);
    }

    /// Computes the divisor.
    #[inline(always)]
    fn invert(&mut self) {
        let size = self.size();
        // U = L⁻ᵀ, a column after those before it, by U Lᵀ = 1.
        self.divisor.fill(T::default());
        for k in 0..size {
            let (known, column) = self.divisor.split_at_mut(k * size);
            column[k] = one();
            for (i, known) in known.chunks_exact(size).enumerate() {
                let weight = -self.values[i * size + k];
                for (x, &known) in column[..=i].iter_mut().zip(&known[..=i]) {
                    *x = known.fused(weight, *x);
                }
            }
        }
        let mut k = 0;
        while k < size {
            let coupling = self.subdiagonal[k];
            let (first, others) = self.divisor[k * size..].split_at_mut(size);
            let diagonal = self.values[k * (size + 1)];
            if coupling == T::default() {
                let scale = recip(&diagonal);
                for x in &mut first[..=k] {
                    *x *= scale;
                }
                k += 1;
            } else {
                let pair = Pair::invert(diagonal, self.values[(k + 1) * (size + 1)], coupling);
                for (x, y) in first.iter_mut().zip(&mut others[..k + 2]) {
                    (*x, *y) = pair.apply(*x, *y);
                }
                k += 2;
            }
        }
        let mut rows = [T::default(); BLOCK];
        for column in self.divisor.chunks_exact_mut(size) {
            rows[..size].copy_from_slice(column);
            for (&row, &x) in self.order.iter().zip(&rows) {
                column[row] = x;
            }
        }
    }
}

/// The inverse of a 2 × 2 pivot.
#[derive(Clone, Copy)]
pub struct Pair<T> {
    first: T,
    second: T,
    scale: T,
}

impl<T: Precision> Pair<T> {
    /// Inverts the pivot with these diagonal elements and the one beside them.
    #[inline(always)]
    pub fn invert(first: T, second: T, coupling: T) -> Self {
        // Divided by the element off the diagonal, which is the largest of a 2 × 2 pivot, so that
        // no product overflows or underflows.
        let scale = recip(&coupling);
        let (first, second) = (first * scale, second * scale);
        let determinant = first.fused(second, -one::<T>());
        Self {
            first,
            second,
            scale: scale * recip(&determinant),
        }
    }

    /// The inverse times (x, y).
    #[inline(always)]
    pub fn apply(self, x: T, y: T) -> (T, T) {
        (
            self.second.fused(x, -y) * self.scale,
            self.first.fused(y, -x) * self.scale,
        )
    }
}
