//! What a finished supernode subtracts from a later one: the part of L B Lᵀ that its columns make.
//!
//! In these graphs most supernodes have one or two columns, and a few tall ones do most of the
//! work. For a narrow supernode, a call of a matrix product costs more than its arithmetic, so it
//! has loops of its own. The contributions of wide ones are matrix products, a strip of columns at
//! a time.

use faer::traits::math_utils::one;
use faer::{Accum, MatMut, MatRef};
use pulp::{Arch, Simd, WithSimd};

use super::finished::Finished;
use super::precision::Precision;
use super::product::product;

/// The most columns of a supernode that contributes by loops of its own.
pub const NARROW: usize = 8;

/// The fewest columns of a strip. Each strip reads all columns of the source, and tall ones are in no cache.
const LEAST_STRIP: usize = 64;

/// The most columns of a strip. More would compute more elements above the diagonal.
const MOST_STRIP: usize = 96;

/// Elements of a strip of columns: what stays in the second cache.
const STRIP: usize = 1 << 16;

/// Memory that contributions share.
#[derive(Default)]
pub struct Buffers<T> {
    /// Rows of the target that each row of a contribution goes to.
    pub places: Vec<u32>,
    /// Columns of B Lᵀ.
    weights: Vec<T>,
    strip: Vec<T>,
}

/// What a supernode contributes to a later one.
pub struct Contribution<'v, T> {
    /// Its columns, all rows of them.
    pub source: Finished<'v, T>,
    /// Its first row that is not before the target.
    pub first: usize,
    /// Rows from there that are columns of the target to subtract from.
    pub shared: usize,
}

impl<T: Precision> Contribution<'_, T> {
    /// Subtracts it from columns of the target, which begin with its column `first_column` and have
    /// `height` rows.
    pub fn subtract(
        &self,
        target: &mut [T],
        first_column: usize,
        height: usize,
        buffers: &mut Buffers<T>,
    ) {
        let source = &self.source;
        let rows = source.stride - self.first;
        if source.width() <= NARROW {
            let shared = self.first..self.first + self.shared;
            source.weigh(shared, &mut buffers.weights);
            Arch::new().dispatch(Narrow {
                contribution: self,
                target,
                first_column,
                height,
                buffers,
            });
            return;
        }
        let width = (STRIP / rows).clamp(LEAST_STRIP, MOST_STRIP);
        let columns = MatRef::from_column_major_slice(source.values, source.stride, source.width());
        for start in (0..self.shared).step_by(width) {
            let end = (start + width).min(self.shared);
            source.weigh(self.first + start..self.first + end, &mut buffers.weights);
            let weights =
                MatRef::from_column_major_slice(&buffers.weights, end - start, source.width());
            let length = rows - start;
            buffers.strip.resize((end - start) * length, T::default());
            product(
                MatMut::from_column_major_slice_mut(&mut buffers.strip, length, end - start),
                Accum::Replace,
                columns.subrows(self.first + start, length),
                weights.transpose(),
                one::<T>(),
            );
            for (column, strip) in (start..end).zip(buffers.strip.chunks_exact(length)) {
                let place = buffers.places[column] as usize - first_column;
                let target = &mut target[place * height..][..height];
                scatter(target, &buffers.places[column..], &strip[column - start..]);
            }
        }
    }
}

/// Subtracts `source` from the elements of `target` at `places`.
#[inline(always)]
fn scatter<T: Precision>(target: &mut [T], places: &[u32], source: &[T]) {
    for (&place, &value) in places.iter().zip(source) {
        target[place as usize] -= value;
    }
}

/// A contribution of few columns, compiled for each instruction set.
struct Narrow<'w, T> {
    contribution: &'w Contribution<'w, T>,
    target: &'w mut [T],
    first_column: usize,
    height: usize,
    buffers: &'w mut Buffers<T>,
}

impl<T: Precision> WithSimd for Narrow<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        match self.contribution.source.width() {
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
        let Contribution {
            source,
            first,
            shared,
        } = self.contribution;
        let (first, shared) = (*first, *shared);
        let columns: [&[T]; WIDTH] =
            std::array::from_fn(|k| source.column(k, first..source.stride));
        let rows = columns[0].len();
        let columns = columns.map(|column| &column[..rows]);
        self.buffers.strip.resize(rows, T::default());
        let strip = &mut self.buffers.strip[..rows];
        let places = &self.buffers.places[..rows];
        for column in 0..shared {
            let weights: [T; WIDTH] =
                std::array::from_fn(|k| self.buffers.weights[k * shared + column]);
            for row in column..rows {
                let mut sum = columns[0][row] * weights[0];
                for k in 1..WIDTH {
                    sum = columns[k][row].fused(weights[k], sum);
                }
                strip[row] = sum;
            }
            let place = places[column] as usize - self.first_column;
            let target = &mut self.target[place * self.height..][..self.height];
            scatter(target, &places[column..], &strip[column..]);
        }
    }
}
