//! The dense part of a factorization: L B Lᵀ of the diagonal block of one supernode, and the
//! division of the rows below it.
//!
//! A search for each pivot among all columns of a wide supernode would cost more than the
//! arithmetic, because it allows no matrix products. Pivots are therefore taken from blocks of a
//! few columns. A block without good pivots, which lets elements of L grow, is joined with the
//! columns after it.

use std::ops::Range;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::lblt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::triangular_solve::solve_unit_lower_triangular_in_place;
use faer::traits::math_utils::{from_f64, one, recip};
use faer::{Accum, ColMut, MatMut, MatRef, Par};

use super::bunch_kaufman::{BLOCK, Block, Pair};
use super::finished::Finished;
use super::precision::Precision;
use super::product::{SHARED, TILE, product, tiles};
use crate::threads::{Workspaces, map};

/// Columns that one matrix product updates. More would compute more elements above the diagonal.
const STRIP: usize = 96;

/// The largest element of L that a block may leave in the later rows of its supernode. A bound of 30
/// joins many blocks at L = 16, and one of 1000 adds to the residuals of solves.
const GROWTH: f64 = 100.0;

/// Memory that all supernodes share.
#[derive(Default)]
pub struct Workspace<T> {
    /// Columns before their elimination.
    saved: Vec<T>,
    block: Vec<T>,
    divisor: Vec<T>,
    /// Columns of B Lᵀ, for each task.
    weights: Workspaces<Vec<T>>,
}

/// A supernode that has received every contribution.
pub struct Front<'f, T> {
    /// Its columns, one after the other.
    pub values: &'f mut [T],
    /// Rows of its columns.
    pub height: usize,
    /// Its part of [`Pivoting::subdiagonal`].
    ///
    /// [`Pivoting::subdiagonal`]: super::numeric::Pivoting::subdiagonal
    pub subdiagonal: &'f mut [T],
    /// Its part of [`Pivoting::rows`], counted from its first.
    ///
    /// [`Pivoting::rows`]: super::numeric::Pivoting::rows
    pub order: &'f mut [usize],
    /// Memory to work in.
    pub work: &'f mut Workspace<T>,
}

impl<T: Precision> Front<'_, T> {
    /// Factorizes it.
    pub fn factorize(mut self) {
        let width = self.order.len();
        // Most supernodes have one column, for which the general way costs more than the work.
        if width == 1 {
            self.order[0] = 0;
            let (diagonal, below) = self.values.split_at_mut(1);
            let scale = recip(&diagonal[0]);
            for x in below {
                *x *= scale;
            }
            return;
        }
        self.eliminate(0..width);
    }

    /// Eliminates columns that have received the contributions of those before. Halves of them are
    /// eliminated in turn, so that most of the work is in products of large matrices. Returns where
    /// it ended, which is before the end if the last columns had no good pivots.
    fn eliminate(&mut self, columns: Range<usize>) -> usize {
        let Range { start, end } = columns;
        if end - start <= BLOCK {
            return if self.try_together(start..end) {
                end
            } else {
                start
            };
        }
        let middle = usize::midpoint(start, end);
        let left = self.eliminate(start..middle);
        self.update(start..left, middle..end);
        if left == middle {
            return self.eliminate(middle..end);
        }
        if self.try_together(left..end) {
            end
        } else {
            left
        }
    }

    /// Subtracts from the columns `target` the contribution of the columns `source`.
    fn update(&mut self, source: Range<usize>, target: Range<usize>) {
        if source.is_empty() {
            return;
        }
        let (known, others) = self.values.split_at_mut(target.start * self.height);
        let first = source.start * (self.height + 1);
        let finished = Finished {
            values: &known[first..],
            stride: self.height,
            subdiagonal: &self.subdiagonal[source.clone()],
        };
        let known = MatRef::from_column_major_slice(known, self.height, target.start);
        let others = &mut others[..target.len() * self.height];
        let strips = others.chunks_mut(STRIP * self.height).enumerate();
        let subtract = |(strip, values): (usize, &mut [T]), weights: &mut Vec<T>| {
            let start = target.start + strip * STRIP;
            let width = values.len() / self.height;
            let rows = start - source.start;
            finished.weigh(rows..rows + width, weights);
            let weights = MatRef::from_column_major_slice(weights, width, source.len());
            product(
                MatMut::from_column_major_slice_mut(values, self.height, width)
                    .subrows_mut(start, self.height - start),
                Accum::Add,
                known.submatrix(start, source.start, self.height - start, source.len()),
                weights.transpose(),
                -one::<T>(),
            );
        };
        map(strips.collect(), |strip| {
            (self.work.weights).lend(Vec::new, |weights| subtract(strip, weights));
        });
    }

    /// Eliminates columns with pivots from all of them. Returns whether the pivots are good, and
    /// changes nothing if they are not. The last columns have no other pivots.
    fn try_together(&mut self, columns: Range<usize>) -> bool {
        let size = columns.len();
        let Workspace { block, divisor, .. } = &mut *self.work;
        let own = columns.start * self.height..columns.end * self.height;
        block.clear();
        for column in self.values[own.clone()].chunks_exact(self.height) {
            block.extend_from_slice(&column[columns.clone()]);
        }
        divisor.resize(size * size, T::default());
        let block = Block {
            values: block,
            subdiagonal: &mut self.subdiagonal[columns.clone()],
            order: &mut self.order[columns.clone()],
            divisor,
        };
        if size <= BLOCK {
            block.factorize();
        } else {
            factorize_by_library(block);
        }
        if !self.divide(columns.clone()) {
            return false;
        }
        let own = self.values[own].chunks_exact_mut(self.height);
        for (column, block) in own.zip(self.work.block.chunks_exact(size)) {
            column[columns.clone()].copy_from_slice(block);
        }
        self.permute_before(columns);
        true
    }

    /// Divides the rows below a factorized block by it. Returns whether its pivots are good, and
    /// changes nothing if they are not.
    fn divide(&mut self, columns: Range<usize>) -> bool {
        let (size, others) = (columns.len(), self.order.len() - columns.end);
        let Workspace {
            saved,
            block,
            divisor,
            ..
        } = &mut *self.work;
        let rows = self.height - columns.end;
        saved.resize(size * rows, T::default());
        let own = &mut self.values[columns.start * self.height..columns.end * self.height];
        let mut own = MatMut::from_column_major_slice_mut(own, self.height, size)
            .subrows_mut(columns.end, rows);
        let mut saved = MatMut::from_column_major_slice_mut(saved, rows, size);
        let block = MatRef::from_column_major_slice(block, size, size);
        let divisor = MatRef::from_column_major_slice(divisor, size, size);
        let (subdiagonal, order) = (&self.subdiagonal[columns.clone()], &self.order[columns]);
        let pairs = tiles(own.as_mut()).zip(tiles(saved.as_mut())).enumerate();
        let divide = |(tile, (mut own, mut saved)): (usize, (MatMut<'_, T>, MatMut<'_, T>))| {
            saved.copy_from(own.as_ref());
            if size <= BLOCK {
                product(
                    own.as_mut(),
                    Accum::Replace,
                    saved.as_ref(),
                    divisor,
                    one::<T>(),
                );
            } else {
                divide_by_library(block, subdiagonal, order, own.as_mut(), saved.as_ref());
            }
            let checked = others.saturating_sub(tile * TILE).min(own.nrows());
            are_small(own.as_ref().subrows(0, checked))
        };
        let good = if rows * size * size < SHARED {
            pairs.map(divide).fold(true, |all, good| all & good)
        } else {
            map(pairs.collect(), divide).into_iter().all(|good| good)
        };
        if !good {
            own.copy_from(saved);
        }
        good
    }

    /// Puts the rows of a block in their order in the columns before it.
    fn permute_before(&mut self, columns: Range<usize>) {
        /// Columns of a task.
        const COLUMNS: usize = 256;

        let (before, order) = (columns.start * self.height, &self.order[columns.clone()]);
        let before = self.values[..before].chunks_mut(COLUMNS * self.height);
        map(before.collect(), |values| {
            let mut rows = Vec::with_capacity(columns.len());
            for column in values.chunks_exact_mut(self.height) {
                let column = &mut column[columns.clone()];
                rows.clear();
                rows.extend_from_slice(column);
                for (x, &row) in column.iter_mut().zip(order) {
                    *x = rows[row];
                }
            }
        });
        for row in &mut self.order[columns.clone()] {
            *row += columns.start;
        }
    }
}

/// Whether no element exceeds the bound of the growth.
fn are_small<T: Precision>(rows: MatRef<'_, T>) -> bool {
    let bound = from_f64::<T>(GROWTH);
    // A comparison that NaN fails too. A count needs no branches.
    rows.col_iter().all(|column| {
        let small = |x: &&T| x.magnitude() <= bound;
        column.iter().filter(small).count() == column.nrows()
    })
}

/// Factorizes a block of any size, without its divisor.
fn factorize_by_library<T: Precision>(block: Block<'_, T>) {
    let size = block.order.len();
    let scratch = cholesky_in_place_scratch::<usize, T>(size, Par::Seq, Default::default());
    cholesky_in_place(
        MatMut::from_column_major_slice_mut(block.values, size, size),
        ColMut::from_slice_mut(block.subdiagonal).as_diagonal_mut(),
        block.order,
        &mut vec![0; size],
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
}

/// Divides `rows` by a block, into `own`.
fn divide_by_library<T: Precision>(
    block: MatRef<'_, T>,
    subdiagonal: &[T],
    order: &[usize],
    mut own: MatMut<'_, T>,
    rows: MatRef<'_, T>,
) {
    for (mut column, &source) in own.as_mut().col_iter_mut().zip(order) {
        column.copy_from(rows.col(source));
    }
    solve_unit_lower_triangular_in_place(block, own.as_mut().transpose_mut(), Par::Seq);
    divide(block, subdiagonal, own);
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
            let pair = Pair::invert(top[(k, k)], top[(k + 1, k + 1)], coupling);
            let (left, right) = bottom.as_mut().get_mut(.., k..k + 2).split_at_col_mut(1);
            for (x, y) in left.col_mut(0).iter_mut().zip(right.col_mut(0).iter_mut()) {
                (*x, *y) = pair.apply(*x, *y);
            }
            k += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering::{Equal, Greater, Less};

    use faer::{Mat, Side};
    use rand_xoshiro::Xoshiro256PlusPlus;
    use rand_xoshiro::rand_core::SeedableRng;

    use super::*;
    use crate::random::unit;

    /// A factorized matrix: L, B and the order of its rows.
    struct Factors {
        lower: Mat<f64>,
        block_diagonal: Mat<f64>,
        order: Vec<usize>,
    }

    /// A random symmetric matrix. Its first `zero` rows and columns have no elements in common.
    fn random(size: usize, zero: usize) -> Mat<f64> {
        let mut stream = Xoshiro256PlusPlus::seed_from_u64(size as u64);
        let square = Mat::from_fn(size, size, |_, _| unit(&mut stream) - 0.5);
        Mat::from_fn(size, size, |row, column| {
            if row < zero && column < zero {
                0.0
            } else {
                square[(row, column)] + square[(column, row)]
            }
        })
    }

    /// Factorizes the first `width` columns.
    fn factorize<T: Precision + Into<f64>>(matrix: &Mat<f64>, width: usize) -> Factors {
        let height = matrix.nrows();
        let mut values: Vec<T> = (matrix.subcols(0, width).col_iter())
            .flat_map(|column| column.iter().map(|&x| from_f64(x)))
            .collect();
        let (mut subdiagonal, mut order) = (vec![T::default(); width], vec![0; width]);
        let front = Front {
            values: &mut values,
            height,
            subdiagonal: &mut subdiagonal,
            order: &mut order,
            work: &mut Workspace::default(),
        };
        front.factorize();
        let value = |row: usize, column: usize| values[column * height + row].into();
        let lower = Mat::from_fn(height, width, |row, column| match row.cmp(&column) {
            Less => 0.0,
            Equal => 1.0,
            Greater => value(row, column),
        });
        let block_diagonal = Mat::from_fn(width, width, |row, column| {
            match (row.max(column), row.abs_diff(column)) {
                (k, 0) => value(k, k),
                (k, 1) => subdiagonal[k - 1].into(),
                _ => 0.0,
            }
        });
        Factors {
            lower,
            block_diagonal,
            order,
        }
    }

    /// The largest error of L B Lᵀ in the first columns.
    fn error(matrix: &Mat<f64>, factors: &Factors) -> f64 {
        let Factors {
            lower,
            block_diagonal,
            order,
        } = factors;
        let (height, width) = (lower.nrows(), lower.ncols());
        let product = lower * block_diagonal * lower.subrows(0, width).transpose();
        let place = |row: usize| order.get(row).copied().unwrap_or(row);
        let permuted = Mat::from_fn(height, width, |row, column| {
            matrix[(place(row), place(column))]
        });
        (product - permuted).norm_max()
    }

    fn negative(matrix: &Mat<f64>) -> usize {
        let values = matrix.self_adjoint_eigenvalues(Side::Lower).unwrap();
        values.iter().filter(|&&value| value < 0.0).count()
    }

    #[test]
    fn factors_reproduce_the_matrix_and_its_inertia() {
        for width in [1, 2, 3, 31, 32, 33, 63, 64, 65, 66, 130, 300] {
            for below in [0, 1, 70] {
                let matrix = random(width + below, 0);
                let double = factorize::<f64>(&matrix, width);
                assert!(error(&matrix, &double) < 1e-11, "{width} {below}");
                let single = factorize::<f32>(&matrix, width);
                assert!(error(&matrix, &single) < 5e-3, "{width} {below}");
                let top = matrix.submatrix(0, 0, width, width).to_owned();
                assert_eq!(negative(&double.block_diagonal), negative(&top), "{width}");
            }
        }
    }

    #[test]
    fn pivots_come_from_far_columns_where_the_near_ones_have_none() {
        for (width, zero) in [(2, 1), (33, 15), (64, 30), (130, 60), (300, 140)] {
            let matrix = random(width + 5, zero);
            let factors = factorize::<f64>(&matrix, width);
            assert!(error(&matrix, &factors) < 1e-10, "{width}");
        }
    }
}
