//! The numbers of a sparse factorization L B Lᵀ, supernode by supernode, each looking left.
//!
//! A supernode takes from its columns what the ones before it contribute, pivots inside its diagonal
//! block (Bunch–Kaufman), and divides the rows below. In these graphs most supernodes have one or two
//! columns and a few tall ones do most of the work, so narrow ones are updated in place by loops of
//! our own and wide ones by matrix products, a strip of columns at a time.

use std::ops::Range;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::matmul::matmul;
use faer::traits::math_utils::one;
use faer::{Accum, MatMut, MatRef, get_global_parallelism};
use pulp::{Arch, Simd, WithSimd};

use super::dense;
use super::precision::Precision;
use super::supernodes::Structure;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::{Interrupt, check_interrupt};

/// Columns up to which a supernode contributes by our own loops.
const NARROW: usize = 8;

/// Columns that are updated together.
const TOGETHER: usize = 4;

/// Elements of a strip of columns on their way to a supernode: what stays in the second cache.
const STRIP: usize = 1 << 18;

/// A factorization's diagonal blocks B beside their diagonal, which is that of the values.
pub struct Pivoting<T> {
    /// The elements of B below its diagonal: not zero where a pivot is 2 × 2.
    pub subdiagonal: Vec<T>,
    /// The row that became each row.
    pub rows: Vec<usize>,
}

/// Overwrites `values`, the lower triangle of a matrix where the structure has places for it and zeros
/// elsewhere, with L and the diagonal of B.
///
/// # Errors
/// [`Failure::Interrupted`] alone: a zero pivot is seen in what comes of it.
pub fn factorize<T: Precision>(
    structure: &Structure,
    values: &mut [T],
    interrupt: Interrupt<'_>,
) -> Result<Pivoting<T>, Failure> {
    let dimension = structure.dimension();
    let mut pivoting = Pivoting {
        subdiagonal: vec![T::default(); dimension],
        rows: vec![0; dimension],
    };
    // Supernodes that contribute next to each, as linked lists, and how far each has come.
    const NONE: u32 = u32::MAX;
    let count = structure.supernodes().len();
    let mut waiting = vec![NONE; count];
    let mut after = vec![NONE; count];
    let mut reached = vec![0_u32; count];
    let mut local = vec![0_u32; dimension];
    let mut work = Work::default();
    let mut memory = MemBuffer::new(dense::scratch::<T>(structure));

    for (number, supernode) in structure.supernodes().iter().enumerate() {
        check_interrupt(interrupt)?;
        let rows = (supernode.columns.clone())
            .chain(structure.below(supernode).iter().map(|&row| row as usize));
        for (place, row) in rows.enumerate() {
            local[row] = place as u32;
        }
        let (known, own) = values.split_at_mut(supernode.values.start);
        let own = &mut own[..supernode.values.len()];
        let mut other = waiting[number];
        while other != NONE {
            let source = &structure.supernodes()[other as usize];
            if source.columns.len() > NARROW {
                check_interrupt(interrupt)?;
            }
            let rows = &structure.below(source)[reached[other as usize] as usize..];
            let shared = rows.partition_point(|&row| (row as usize) < supernode.columns.end);
            work.places.clear();
            work.places
                .extend(rows.iter().map(|&row| local[row as usize]));
            let contribution = Contribution {
                values: &known[source.values.clone()],
                subdiagonal: &pivoting.subdiagonal[source.columns.clone()],
                height: source.height(),
                width: source.columns.len(),
                first: source.height() - rows.len(),
                shared,
            };
            contribution.subtract(own, supernode.height(), &mut work);
            let next = after[other as usize];
            reached[other as usize] += shared as u32;
            if let Some(&row) = rows.get(shared) {
                let target = structure.supernode_of(row);
                after[other as usize] = waiting[target];
                waiting[target] = other;
            }
            other = next;
        }
        let block =
            MatMut::from_column_major_slice_mut(own, supernode.height(), supernode.columns.len());
        let columns = supernode.columns.clone();
        let (subdiagonal, pivoted) = (
            &mut pivoting.subdiagonal[columns.clone()],
            &mut pivoting.rows[columns.clone()],
        );
        dense::factorize(
            block,
            subdiagonal,
            pivoted,
            &mut work.inverse,
            MemStack::new(&mut memory),
        );
        for row in pivoted {
            *row += columns.start;
        }
        if let Some(&row) = structure.below(supernode).first() {
            let target = structure.supernode_of(row);
            after[number] = waiting[target];
            waiting[target] = number as u32;
        }
    }
    Ok(pivoting)
}

/// Room that does not depend on the supernode.
#[derive(Default)]
struct Work<T> {
    /// Rows of the target that each row of a contribution goes to.
    places: Vec<u32>,
    /// Columns of B Lᵀ.
    weights: Vec<T>,
    strip: Vec<T>,
    inverse: Vec<usize>,
}

/// What a supernode contributes to a later one.
struct Contribution<'v, T> {
    values: &'v [T],
    subdiagonal: &'v [T],
    height: usize,
    width: usize,
    /// Its first row that matters.
    first: usize,
    /// Rows from there that are columns of the target.
    shared: usize,
}

impl<T: Precision> Contribution<'_, T> {
    fn column(&self, column: usize) -> &[T] {
        &self.values[column * self.height..][self.first..self.height]
    }

    /// Subtracts it from the target, whose columns have `height` rows.
    fn subtract(&self, target: &mut [T], height: usize, work: &mut Work<T>) {
        let rows = self.height - self.first;
        if self.width <= NARROW {
            self.weigh(0..self.shared, &mut work.weights);
            Arch::new().dispatch(Narrow {
                contribution: self,
                target,
                height,
                work,
            });
            return;
        }
        let width = (STRIP / rows).clamp(2 * TOGETHER, self.shared.max(2 * TOGETHER));
        let source = MatRef::from_column_major_slice(self.values, self.height, self.width);
        for start in (0..self.shared).step_by(width) {
            let end = (start + width).min(self.shared);
            self.weigh(start..end, &mut work.weights);
            let weights = MatRef::from_column_major_slice(&work.weights, end - start, self.width);
            let length = rows - start;
            work.strip.resize((end - start) * length, T::default());
            matmul(
                MatMut::from_column_major_slice_mut(&mut work.strip, length, end - start),
                Accum::Replace,
                source.subrows(self.first + start, length),
                weights.transpose(),
                one::<T>(),
                get_global_parallelism(),
            );
            for (column, strip) in (start..end).zip(work.strip.chunks_exact(length)) {
                let target = &mut target[work.places[column] as usize * height..][..height];
                spread(target, &work.places[column..], &strip[column - start..]);
            }
        }
    }

    /// Some of its rows that are columns of the target, times B.
    fn weigh(&self, some: Range<usize>, weights: &mut Vec<T>) {
        weights.clear();
        let pivot = |k: usize| self.values[k * (self.height + 1)];
        let rows = |k: usize| &self.column(k)[some.clone()];
        let mut k = 0;
        while k < self.width {
            let coupling = self.subdiagonal[k];
            if coupling == T::default() {
                weights.extend(rows(k).iter().map(|&x| x * pivot(k)));
                k += 1;
            } else {
                let pairs = || rows(k).iter().zip(rows(k + 1));
                weights.extend(pairs().map(|(&x, &y)| x.fused(pivot(k), y * coupling)));
                weights.extend(pairs().map(|(&x, &y)| y.fused(pivot(k + 1), x * coupling)));
                k += 2;
            }
        }
    }
}

/// Subtracts from the elements of `target` at `places`.
#[inline(always)]
fn spread<T: Precision>(target: &mut [T], places: &[u32], source: &[T]) {
    for (&place, &value) in places.iter().zip(source) {
        target[place as usize] -= value;
    }
}

/// A contribution of few columns, compiled for each instruction set.
struct Narrow<'w, T> {
    contribution: &'w Contribution<'w, T>,
    target: &'w mut [T],
    height: usize,
    work: &'w mut Work<T>,
}

impl<T: Precision> WithSimd for Narrow<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        match self.contribution.width {
            1 => self.subtract::<1>(),
            2 => self.subtract::<2>(),
            3 => self.subtract::<3>(),
            4 => self.subtract::<4>(),
            5 => self.subtract::<5>(),
            6 => self.subtract::<6>(),
            7 => self.subtract::<7>(),
            _ => self.subtract::<NARROW>(),
        }
    }
}

impl<T: Precision> Narrow<'_, T> {
    #[inline(always)]
    fn subtract<const WIDTH: usize>(self) {
        let Contribution { shared, .. } = *self.contribution;
        let columns: [&[T]; WIDTH] = std::array::from_fn(|k| self.contribution.column(k));
        let rows = columns[0].len();
        let columns = columns.map(|column| &column[..rows]);
        self.work.strip.resize(rows, T::default());
        let strip = &mut self.work.strip[..rows];
        let places = &self.work.places[..rows];
        for column in 0..shared {
            let weights: [T; WIDTH] =
                std::array::from_fn(|k| self.work.weights[k * shared + column]);
            for row in column..rows {
                let mut sum = columns[0][row] * weights[0];
                for k in 1..WIDTH {
                    sum = columns[k][row].fused(weights[k], sum);
                }
                strip[row] = sum;
            }
            let target = &mut self.target[places[column] as usize * self.height..][..self.height];
            spread(target, &places[column..], &strip[column..]);
        }
    }
}
