//! Where the tiles of a supernode are.
//!
//! Its columns are cut into panels, which follow each other in memory. A panel has the tiles of its
//! triangle first, which end at the diagonal, then those of the other columns' rows, then those of the
//! rows below. Both solves read it from one end to the other.

use std::ops::Range;

use super::super::storage::TILE;

/// The rows of a tile in one column.
pub type Column = [f64; TILE];

/// Columns of a panel.
pub const PANEL: usize = 16 * TILE;

/// The shape of a supernode with several columns.
#[derive(Clone, Copy)]
pub struct Shape {
    width: usize,
    below: usize,
}

impl Shape {
    /// The shape with so many columns and rows below.
    pub fn new(width: usize, below: usize) -> Self {
        Self { width, below }
    }

    /// The number of panels.
    #[inline(always)]
    pub fn panels(self) -> usize {
        self.width.div_ceil(PANEL)
    }

    /// The columns of a panel.
    #[inline(always)]
    pub fn columns(self, panel: usize) -> Range<usize> {
        panel * PANEL..(panel * PANEL + PANEL).min(self.width)
    }

    /// The numbers of the tiles of the triangle of a panel.
    #[inline(always)]
    pub fn triangle(self, panel: usize) -> Range<usize> {
        let columns = self.columns(panel);
        columns.start / TILE..columns.end.div_ceil(TILE)
    }

    /// The numbers of the tiles of the diagonal block below the triangle of a panel.
    #[inline(always)]
    pub fn others(self, panel: usize) -> Range<usize> {
        self.triangle(panel).end..self.width.div_ceil(TILE)
    }

    /// The number of tiles of the rows below.
    #[inline(always)]
    pub fn tiles_below(self) -> Range<usize> {
        let first = self.width.div_ceil(TILE);
        first..first + self.below.div_ceil(TILE)
    }

    /// The rows of a tile.
    pub fn rows(self, tile: usize) -> Range<usize> {
        let before = self.width.div_ceil(TILE);
        if tile < before {
            tile * TILE..(tile * TILE + TILE).min(self.width)
        } else {
            let first = self.width + (tile - before) * TILE;
            first..(first + TILE).min(self.width + self.below)
        }
    }

    /// The place of a tile of a panel among all columns of tiles.
    #[inline(always)]
    pub fn place(self, panel: usize, tile: usize) -> Range<usize> {
        let columns = self.columns(panel).len();
        let start = self.start(panel);
        let triangle = self.triangle(panel);
        let first = tile - triangle.start;
        if tile < triangle.end {
            let start = start + whole_triangle(first);
            start..start + (TILE * (first + 1)).min(columns)
        } else {
            let last = triangle.len() - 1;
            let triangle_end = start + whole_triangle(last) + columns;
            let start = triangle_end + (tile - triangle.end) * columns;
            start..start + columns
        }
    }

    /// Where a panel starts.
    #[inline(always)]
    fn start(self, panel: usize) -> usize {
        const TILES: usize = PANEL / TILE;
        // Those before have all their columns, and each has fewer tiles than the one before it.
        let tiles = self.tiles_below().end;
        let under = panel * tiles - TILES * panel * (panel + 1) / 2;
        panel * whole_triangle(TILES) + PANEL * under
    }
}

/// Columns of so many first tiles of a triangle.
#[inline(always)]
fn whole_triangle(tiles: usize) -> usize {
    TILE * tiles * (tiles + 1) / 2
}

#[cfg(test)]
mod tests {
    use super::super::super::storage::tiled;
    use super::*;

    #[test]
    fn tiles_follow_each_other() {
        for (width, below) in [(2, 0), (20, 3), (128, 9), (130, 0), (256, 16), (391, 45)] {
            let shape = Shape::new(width, below);
            let mut end = 0;
            for panel in 0..shape.panels() {
                for tile in shape.triangle(panel).start..shape.tiles_below().end {
                    let place = shape.place(panel, tile);
                    assert_eq!(place.start, end, "{width} {below} {panel} {tile}");
                    end = place.end;
                }
            }
            assert_eq!(end * TILE, tiled(width, below));
        }
    }
}
