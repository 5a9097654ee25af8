//! A few rows of the blocks that are made orthogonal to a basis.
//!
//! The basis is far larger than the caches. It is therefore read once for all of the blocks: a few
//! rows of these stay in the first cache while the same rows of the whole basis pass. The blocks lie
//! side by side there, so that a row of them fills registers.

use std::ops::Range;

use crate::eigen::memory;

/// Rows that stay in the first cache.
const ROWS: usize = 128;

/// Weights of the vectors of a block in combinations for each of `COUNT` blocks.
pub type Weights<const BLOCK: usize, const COUNT: usize> = [[[f64; BLOCK]; COUNT]; BLOCK];

/// Rows of blocks with `WIDTH` vectors in all.
#[repr(align(64))]
pub struct Tile<const WIDTH: usize>([[f64; WIDTH]; ROWS]);

impl<const WIDTH: usize> Tile<WIDTH> {
    /// Zeros.
    pub fn new() -> Self {
        Self([[0.0; WIDTH]; ROWS])
    }

    /// The first row of each tile of some rows, and the row after its last.
    pub fn spans(rows: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
        let end = rows.end;
        rows.step_by(ROWS)
            .map(move |start| (start, (start + ROWS).min(end)))
    }

    /// Copies the rows `start`..`end` of `blocks`, and returns them.
    #[inline(always)]
    pub fn load<'b, const BLOCK: usize>(
        &mut self,
        blocks: impl Iterator<Item = &'b [[f64; BLOCK]]>,
        (start, end): (usize, usize),
    ) -> &mut [[f64; WIDTH]] {
        let tile = &mut self.0[..end - start];
        for (place, block) in blocks.enumerate() {
            for (tile, row) in tile.iter_mut().zip(&block[start..end]) {
                tile[place * BLOCK..(place + 1) * BLOCK].copy_from_slice(row);
            }
        }
        tile
    }
}

/// Starts to load the rows of the next block of the basis. They are too far away for the processor
/// to do so itself.
#[inline(always)]
pub fn prefetch<const BLOCK: usize>(rows: &[[f64; BLOCK]], dimension: usize) {
    /// Bytes that are loaded together.
    const LINE: usize = 64;

    for row in (rows.iter()).step_by((LINE / size_of::<[f64; BLOCK]>()).max(1)) {
        memory::prefetch(std::ptr::from_ref(row).wrapping_add(dimension));
    }
}
