//! x ← L⁻¹ x, from the first supernode to the last.

use pulp::{Simd, WithSimd};

use super::super::storage::TILE;
use super::factor::Factor;
use super::kernels::{is_wide, product, subtract};
use super::layout::Column;

/// The forward solve, compiled for each instruction set.
pub struct Forward<'f, 'x, const LANES: usize> {
    /// The factor.
    pub factor: Factor<'f>,
    /// The right-hand sides.
    pub x: &'x mut [[f64; LANES]],
    /// Workspace for the rows of a supernode.
    pub own: &'x mut Vec<[f64; LANES]>,
}

impl<const LANES: usize> WithSimd for Forward<'_, '_, LANES> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        if is_wide::<S>(LANES) {
            self.solve::<4>();
        } else {
            self.solve::<TILE>();
        }
    }
}

impl<const LANES: usize> Forward<'_, '_, LANES> {
    #[inline(always)]
    fn solve<const ROWS: usize>(self) {
        let Self { factor, x, own } = self;
        for part in factor.parts() {
            if part.columns.len() == 1 {
                eliminate_one(part.elements, x[part.columns.start], part.below, x);
                continue;
            }
            part.gather(x, own);
            let (tiles, _) = part.elements.as_chunks();
            let tiles = eliminate::<LANES, ROWS>(tiles, own);
            for (rows, tile) in part.below.chunks(TILE).zip(tiles.chunks_exact(own.len())) {
                let sums = product::<LANES, ROWS>(tile, own);
                for (&row, sum) in rows.iter().zip(&sums) {
                    subtract(&mut x[row as usize], sum);
                }
            }
            part.scatter(own, x);
        }
    }
}

/// Subtracts a column times its row `own` from the rows below.
#[inline(always)]
fn eliminate_one<const LANES: usize>(
    column: &[f64],
    own: [f64; LANES],
    below: &[u32],
    x: &mut [[f64; LANES]],
) {
    for (&row, value) in below.iter().zip(column) {
        let target = &mut x[row as usize];
        for lane in 0..LANES {
            target[lane] = (-value).mul_add(own[lane], target[lane]);
        }
    }
}

/// y ← L⁻¹ y for the diagonal block. Returns the tiles below it.
#[inline(always)]
fn eliminate<'t, const LANES: usize, const ROWS: usize>(
    mut tiles: &'t [Column],
    own: &mut [[f64; LANES]],
) -> &'t [Column] {
    let width = own.len();
    for first in (0..width).step_by(TILE) {
        let last = (first + TILE).min(width);
        let (tile, others) = tiles.split_at(last);
        let (whole, inverse) = tile.split_at(first);
        let (known, own) = own[..last].split_at_mut(first);
        let sums = product::<LANES, ROWS>(whole, known);
        for (own, sum) in own.iter_mut().zip(&sums) {
            subtract(own, sum);
        }
        let solved = product::<LANES, ROWS>(inverse, own);
        own.copy_from_slice(&solved[..own.len()]);
        tiles = others;
    }
    tiles
}
