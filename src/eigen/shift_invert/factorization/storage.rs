//! What memory a supernode takes.
//!
//! The factorization stores its columns one after the other. Solves store tiles in the same place: a
//! tile has [`TILE`] rows, column by column. Missing rows of the last tile are zeros. The tiles of the
//! diagonal block end at the diagonal. A single column is stored as it is without its diagonal.

use std::ops::Range;

/// Rows of a tile. A column of a tile is a line of the cache.
pub const TILE: usize = 8;

/// The place of a supernode in either form, after so many elements. Tiles begin at a line of the
/// cache.
pub fn place(before: usize, width: usize, below: usize) -> Range<usize> {
    let start = if width == 1 {
        before
    } else {
        before.next_multiple_of(TILE)
    };
    let values = width * (width + below);
    start..start + values.max(tiled(width, below))
}

/// Elements of the tiles of a supernode.
pub fn tiled(width: usize, below: usize) -> usize {
    if width == 1 {
        return below;
    }
    let triangle: usize = tile_rows(0..width).map(|(_, last)| last).sum();
    TILE * (triangle + width * below.div_ceil(TILE))
}

/// The row ranges of the tiles that cover `rows`.
pub fn tile_rows(rows: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let end = rows.end;
    rows.step_by(TILE)
        .map(move |first| (first, (first + TILE).min(end)))
}
