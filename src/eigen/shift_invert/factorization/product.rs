//! Products of tall matrices, in tiles that stay in the cache.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use super::precision::Precision;
use crate::threads::map;

/// Rows and columns of a tile of the left factor. The library's product reads that factor once for
/// each few columns of the result. It loses half its speed where the factor exceeds the second
/// cache.
pub const TILE: usize = 192;

/// Multiplications that are worth the start of a thread.
pub const SHARED: usize = 200_000;

/// Adds `left` · `right` · `factor` to `target`, or overwrites it with that.
pub fn product<T: Precision>(
    target: MatMut<'_, T>,
    accumulation: Accum,
    left: MatRef<'_, T>,
    right: MatRef<'_, T>,
    factor: T,
) {
    let (height, inner) = (left.nrows(), left.ncols());
    let tiles = tiles(target).enumerate();
    let multiply = |(number, mut target): (usize, MatMut<'_, T>)| {
        let rows = target.nrows();
        for first in (0..inner).step_by(TILE) {
            let depth = TILE.min(inner - first);
            matmul(
                target.as_mut(),
                if first == 0 { accumulation } else { Accum::Add },
                left.submatrix(number * TILE, first, rows, depth),
                right.subrows(first, depth),
                factor,
                Par::Seq,
            );
        }
    };
    if height * inner * right.ncols() < SHARED {
        tiles.for_each(multiply);
    } else {
        map(tiles.collect(), multiply);
    }
}

/// Cuts a matrix into tiles of [`TILE`] rows.
pub fn tiles<T>(matrix: MatMut<'_, T>) -> impl Iterator<Item = MatMut<'_, T>> {
    let mut rest = Some(matrix).filter(|matrix| matrix.nrows() > 0);
    std::iter::from_fn(move || {
        let matrix = rest.take()?;
        if matrix.nrows() <= TILE {
            return Some(matrix);
        }
        let (tile, others) = matrix.split_at_row_mut(TILE);
        rest = Some(others);
        Some(tile)
    })
}
