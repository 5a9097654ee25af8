//! Products of tall matrices, in tiles that stay in the cache.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, get_global_parallelism};

use super::precision::Precision;

/// Rows and columns of a tile of the left factor. The library's product reads that factor once for
/// each few columns of the result. It loses half its speed where the factor exceeds the second
/// cache.
const TILE: usize = 192;

/// Adds `left` · `right` · `factor` to `target`, or overwrites it with that.
pub fn product<T: Precision>(
    mut target: MatMut<'_, T>,
    accumulation: Accum,
    left: MatRef<'_, T>,
    right: MatRef<'_, T>,
    factor: T,
) {
    let (height, inner) = (left.nrows(), left.ncols());
    for first in (0..inner).step_by(TILE) {
        let depth = TILE.min(inner - first);
        for row in (0..height).step_by(TILE) {
            let rows = TILE.min(height - row);
            matmul(
                target.as_mut().subrows_mut(row, rows),
                if first == 0 { accumulation } else { Accum::Add },
                left.submatrix(row, first, rows, depth),
                right.subrows(first, depth),
                factor,
                get_global_parallelism(),
            );
        }
    }
}
