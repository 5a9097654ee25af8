//! The products of a tile with rows of the right-hand sides.
//!
//! Their sums stay in registers over all columns of a tile (forward) or over all its rows
//! (backward). The loops over rows and lanes have constant lengths, so the compiler unrolls them and
//! fills the registers of the processor.
//!
//! A fused operation takes some four cycles, and a processor begins two in each of them. With fewer
//! than eight sums it would have to wait. One row of eight lanes takes two registers of AVX2. Then
//! half of a tile's rows fill the registers, and the tile is read twice, `ROWS` rows at a time. Each
//! sum has the same terms in the same order in any case.

use pulp::Simd;

use super::super::storage::TILE;
use super::tiles::Column;
use crate::eigen::memory;

/// Rows of all right-hand sides.
pub type Rows<const LANES: usize, const COUNT: usize> = [[f64; LANES]; COUNT];

/// Whether a row of so many lanes takes several registers.
#[inline(always)]
pub fn is_wide<S: Simd>(lanes: usize) -> bool {
    lanes > S::F64_LANES.max(4)
}

/// The tile times `x`, one row of which belongs to each of its columns.
#[inline(always)]
pub fn product<const LANES: usize, const ROWS: usize>(
    tile: &[Column],
    x: &[[f64; LANES]],
) -> Rows<LANES, TILE> {
    let mut result = [[0.0; LANES]; TILE];
    for (part, result) in result.chunks_exact_mut(ROWS).enumerate() {
        let mut sums = [[0.0; LANES]; ROWS];
        for (column, x) in tile.iter().zip(x) {
            prefetch(column, AHEAD);
            let rows = &column.as_chunks::<ROWS>().0[part];
            for row in 0..ROWS {
                for lane in 0..LANES {
                    sums[row][lane] = rows[row].mul_add(x[lane], sums[row][lane]);
                }
            }
        }
        result.copy_from_slice(&sums);
    }
    result
}

/// Subtracts from `y` the transposed tile times `x`. What is read next lies `ahead` columns on.
#[inline(always)]
pub fn subtract_transposed<const LANES: usize, const ROWS: usize, const COLUMNS: usize>(
    tile: &[Column],
    x: &Rows<LANES, TILE>,
    y: &mut [[f64; LANES]],
    ahead: isize,
) {
    let (x, _) = x.as_chunks::<ROWS>();
    let (blocks, rest) = tile.as_chunks::<COLUMNS>();
    let (y_blocks, y_rest) = y.as_chunks_mut::<COLUMNS>();
    for (part, x) in x.iter().enumerate() {
        // A copy stays in registers.
        let x = *x;
        for (columns, y) in blocks.iter().zip(&mut *y_blocks) {
            subtract_columns(columns, part, &x, y, ahead);
        }
        for (column, y) in rest.iter().zip(&mut *y_rest) {
            subtract_columns(
                std::array::from_ref(column),
                part,
                &x,
                std::array::from_mut(y),
                ahead,
            );
        }
    }
}

#[inline(always)]
fn subtract_columns<const LANES: usize, const ROWS: usize, const COLUMNS: usize>(
    columns: &[Column; COLUMNS],
    part: usize,
    x: &Rows<LANES, ROWS>,
    y: &mut Rows<LANES, COLUMNS>,
    ahead: isize,
) {
    let mut sums = *y;
    columns.iter().for_each(|column| prefetch(column, ahead));
    for (row, x) in x.iter().enumerate() {
        for k in 0..COLUMNS {
            let factor = -columns[k].as_chunks::<ROWS>().0[part][row];
            for lane in 0..LANES {
                sums[k][lane] = factor.mul_add(x[lane], sums[k][lane]);
            }
        }
    }
    *y = sums;
}

/// How far ahead columns are loaded: 4 KB. The processor itself does not look beyond the end of a
/// page, which is hardly longer than a tile.
pub const AHEAD: isize = 64;

/// Starts to load a later column.
#[inline(always)]
fn prefetch(column: &Column, ahead: isize) {
    memory::prefetch(std::ptr::from_ref(column).wrapping_offset(ahead));
}

/// target ← target − sum
#[inline(always)]
pub fn subtract<const LANES: usize>(target: &mut [f64; LANES], sum: &[f64; LANES]) {
    for lane in 0..LANES {
        target[lane] -= sum[lane];
    }
}

/// Subtracts the sums of a tile from its rows.
#[inline(always)]
pub fn subtract_all<const LANES: usize>(rows: &mut [[f64; LANES]], sums: &Rows<LANES, TILE>) {
    for (row, sum) in rows.iter_mut().zip(sums) {
        subtract(row, sum);
    }
}
