//! x ← L⁻ᵀ B⁻¹ x, from the last supernode to the first.

use pulp::{Simd, WithSimd};

use super::super::storage::TILE;
use super::factor::Factor;
use super::kernels::{is_wide, subtract, subtract_transposed};
use super::layout::Column;

/// The backward solve, compiled for each instruction set.
pub struct Backward<'f, 'x, const LANES: usize> {
    /// The factor.
    pub factor: Factor<'f>,
    /// What the forward solve left, then the solutions.
    pub x: &'x mut [[f64; LANES]],
    /// Workspace for the rows of a supernode.
    pub own: &'x mut Vec<[f64; LANES]>,
}

impl<const LANES: usize> WithSimd for Backward<'_, '_, LANES> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        if is_wide::<S>(LANES) {
            self.solve::<4, 2>();
        } else {
            self.solve::<TILE, 4>();
        }
    }
}

impl<const LANES: usize> Backward<'_, '_, LANES> {
    #[inline(always)]
    fn solve<const ROWS: usize, const COLUMNS: usize>(self) {
        let Self { factor, x, own } = self;
        for part in factor.parts().rev() {
            if part.columns.len() == 1 {
                let sum = sum_below(part.elements, part.below, x);
                let row = part.columns.start;
                let inverse = factor.pivots.single(row);
                for lane in 0..LANES {
                    x[row][lane] = inverse.mul_add(x[row][lane], -sum[lane]);
                }
                continue;
            }
            part.gather(x, own);
            factor.pivots.divide(part.columns.clone(), own);
            let (tiles, _) = part.elements.as_chunks();
            let below_tiles = own.len() * part.below.len().div_ceil(TILE);
            let (diagonal, tiles) = tiles.split_at(tiles.len() - below_tiles);
            for (rows, tile) in part.below.chunks(TILE).zip(tiles.chunks_exact(own.len())) {
                let mut solved = [[0.0; LANES]; TILE];
                for (solved, &row) in solved.iter_mut().zip(rows) {
                    *solved = x[row as usize];
                }
                subtract_transposed::<LANES, ROWS, COLUMNS>(tile, &solved, own);
            }
            substitute::<LANES, ROWS, COLUMNS>(diagonal, own);
            part.scatter(own, x);
        }
    }
}

/// The product of a column with the rows below. One sum would wait for itself after each row, so
/// there are four.
#[inline(always)]
fn sum_below<const LANES: usize>(
    column: &[f64],
    below: &[u32],
    x: &[[f64; LANES]],
) -> [f64; LANES] {
    let mut sums = [[0.0; LANES]; 4];
    for (rows, values) in below.chunks(4).zip(column.chunks(4)) {
        for ((&row, value), sum) in rows.iter().zip(values).zip(&mut sums) {
            let x = &x[row as usize];
            for lane in 0..LANES {
                sum[lane] = value.mul_add(x[lane], sum[lane]);
            }
        }
    }
    let [a, b, c, d] = sums;
    std::array::from_fn(|lane| (a[lane] + b[lane]) + (c[lane] + d[lane]))
}

/// y ← L⁻ᵀ y for the diagonal block whose tiles these are.
#[inline(always)]
fn substitute<const LANES: usize, const ROWS: usize, const COLUMNS: usize>(
    mut tiles: &[Column],
    own: &mut [[f64; LANES]],
) {
    let width = own.len();
    for first in (0..width).step_by(TILE).rev() {
        let last = (first + TILE).min(width);
        let (others, tile) = tiles.split_at(tiles.len() - last);
        let (whole, inverse) = tile.split_at(first);
        let (unknown, own) = own[..last].split_at_mut(first);
        let mut negative = [[0.0; LANES]; TILE];
        for (negative, own) in negative.iter_mut().zip(&mut *own) {
            subtract(negative, own);
            *own = [0.0; LANES];
        }
        subtract_transposed::<LANES, ROWS, COLUMNS>(inverse, &negative, own);
        let mut solved = [[0.0; LANES]; TILE];
        solved[..own.len()].copy_from_slice(own);
        subtract_transposed::<LANES, ROWS, COLUMNS>(whole, &solved, unknown);
        tiles = others;
    }
}
