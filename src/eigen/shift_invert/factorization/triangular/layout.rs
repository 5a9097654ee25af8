//! Where the elements of L are stored for solves.
//!
//! They lie in the order in which the forward solve reads them. The columns of a supernode are cut
//! into tiles of [`TILE`] rows, and a tile is stored column by column. Missing rows of its last tile
//! are zeros. The triangle on the diagonal of L is replaced by its inverse, because a product with
//! it needs no row before the others. Most supernodes have one column, which is stored as it is
//! without its diagonal.

use std::ops::Range;

use super::super::supernodes::Structure;
use super::pivots::Pivots;

/// Rows of a tile.
pub const TILE: usize = 8;

/// The rows of a tile in one column.
pub type Column = [f64; TILE];

/// The places of the tiles of each supernode, for every realization.
pub struct Layout {
    places: Vec<Range<usize>>,
    /// Elements of the buffer before the values of the factorization. The tiles are written from the
    /// start of the buffer and may take more memory than the values. The lead keeps them from
    /// overwriting values that are still to be read.
    lead: usize,
    elements: usize,
}

impl Layout {
    /// The layout for a structure.
    pub fn new(structure: &Structure) -> Self {
        let mut layout = Self {
            places: Vec::with_capacity(structure.supernodes().len()),
            lead: 0,
            elements: structure.elements(),
        };
        let mut start = 0;
        for supernode in structure.supernodes() {
            let width = supernode.columns.len();
            let end = start + elements(width, supernode.height() - width);
            layout.places.push(start..end);
            layout.lead = layout.lead.max(end.saturating_sub(supernode.values.end));
            start = end;
        }
        layout
    }

    /// Elements of a buffer for the factor, in either form.
    pub fn elements(&self) -> usize {
        self.lead + self.elements
    }

    /// The part of the buffer for the values of the factorization.
    pub fn values<'b>(&self, buffer: &'b mut [f64]) -> &'b mut [f64] {
        &mut buffer[self.lead..]
    }

    /// The places of the supernodes in the buffer.
    pub fn places(&self) -> &[Range<usize>] {
        &self.places
    }

    /// Copies the values of a factorization to tiles in the same buffer, and inverts B, whose
    /// elements below the diagonal are in `subdiagonal`.
    pub fn tile(&self, structure: &Structure, buffer: &mut [f64], subdiagonal: &[f64]) -> Pivots {
        let mut pivots = Pivots::new(subdiagonal.len());
        // A supernode's columns from the diagonal down, while its tiles overwrite them.
        let mut lower = Lower::default();
        for (supernode, place) in structure.supernodes().iter().zip(&self.places) {
            let values = &buffer[self.lead..][supernode.values.clone()];
            lower.copy(supernode.columns.len(), values);
            lower.tile(&mut buffer[place.clone()]);
            pivots.invert(supernode.columns.clone(), |k| lower.at(k, k), subdiagonal);
        }
        pivots
    }
}

/// Elements of the tiles of a supernode. Those of the diagonal block end at the diagonal.
fn elements(width: usize, below: usize) -> usize {
    if width == 1 {
        return below;
    }
    let triangle: usize = tile_rows(0..width).map(|(_, last)| last).sum();
    TILE * (triangle + width * below.div_ceil(TILE))
}

/// The row ranges of the tiles that cover `rows`.
fn tile_rows(rows: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let end = rows.end;
    rows.step_by(TILE)
        .map(move |first| (first, (first + TILE).min(end)))
}

/// The columns of a supernode of L without the zeros above the diagonal.
#[derive(Default)]
struct Lower {
    width: usize,
    height: usize,
    elements: Vec<f64>,
}

impl Lower {
    fn copy(&mut self, width: usize, values: &[f64]) {
        self.width = width;
        self.height = values.len() / width;
        self.elements.clear();
        for (column, values) in values.chunks_exact(self.height).enumerate() {
            self.elements.extend_from_slice(&values[column..]);
        }
    }

    /// Rows of one column.
    fn rows(&self, column: usize, rows: Range<usize>) -> &[f64] {
        let start = column * self.height - column * column.saturating_sub(1) / 2;
        &self.elements[start..][rows.start - column..rows.end - column]
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.rows(column, row..row + 1)[0]
    }

    fn tile(&self, place: &mut [f64]) {
        if self.width == 1 {
            place.copy_from_slice(self.rows(0, 1..self.height));
            return;
        }
        let (columns, _) = place.as_chunks_mut::<TILE>();
        columns.fill([0.0; TILE]);
        let mut rest = columns;
        for (first, last) in tile_rows(0..self.width) {
            let (tile, others) = rest.split_at_mut(last);
            let (whole, triangle) = tile.split_at_mut(first);
            self.copy_rows(first..last, whole);
            self.invert(first, triangle);
            rest = others;
        }
        for (first, last) in tile_rows(self.width..self.height) {
            let (tile, others) = rest.split_at_mut(self.width);
            self.copy_rows(first..last, tile);
            rest = others;
        }
    }

    fn copy_rows(&self, rows: Range<usize>, tile: &mut [Column]) {
        for (column, target) in tile.iter_mut().enumerate() {
            target[..rows.len()].copy_from_slice(self.rows(column, rows.clone()));
        }
    }

    /// The inverse of the triangle on the diagonal that begins at row `first`. The diagonal of L is
    /// one, and B is stored in its place.
    fn invert(&self, first: usize, inverse: &mut [Column]) {
        for k in 0..inverse.len() {
            let mut column = [0.0; TILE];
            column[k] = 1.0;
            for middle in k..inverse.len() {
                let below = self.rows(first + middle, first + middle + 1..first + inverse.len());
                let value = column[middle];
                for (target, factor) in column[middle + 1..].iter_mut().zip(below) {
                    *target = (-factor).mul_add(value, *target);
                }
            }
            inverse[k] = column;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Widths and heights with and without rests of tiles.
    #[test]
    fn tiles_hold_the_elements_and_inverses_of_their_triangles() {
        for (width, height) in [(1, 1), (1, 6), (2, 2), (3, 11), (8, 8), (9, 30), (20, 36)] {
            let values: Vec<f64> = (0..width * height).map(|k| (k as f64).sin()).collect();
            let l = |row: usize, column: usize| match row.cmp(&column) {
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => 1.0,
                std::cmp::Ordering::Greater => values[column * height + row],
            };
            let mut lower = Lower::default();
            lower.copy(width, &values);
            let mut place = vec![f64::NAN; elements(width, height - width)];
            lower.tile(&mut place);
            if width == 1 {
                assert_eq!(place, values[1..]);
                continue;
            }
            let mut tiles = place.as_chunks::<TILE>().0.iter();
            for (first, last) in tile_rows(0..width) {
                for column in 0..first {
                    assert_rows(tiles.next().unwrap(), first..last, |row| l(row, column));
                }
                let inverse: Vec<_> = tiles.by_ref().take(last - first).collect();
                for column in first..last {
                    for row in first..last {
                        let product: f64 = (first..last)
                            .map(|k| l(row, k) * inverse[column - first][k - first])
                            .sum();
                        let expected = if row == column { 1.0 } else { 0.0 };
                        assert!((product - expected).abs() < 1e-12);
                    }
                    assert_eq!(
                        inverse[column - first][last - first..],
                        [0.0; TILE][last - first..]
                    );
                }
            }
            for (first, last) in tile_rows(width..height) {
                for column in 0..width {
                    assert_rows(tiles.next().unwrap(), first..last, |row| l(row, column));
                }
            }
            assert!(tiles.next().is_none());
        }
    }

    fn assert_rows(column: &Column, rows: Range<usize>, element: impl Fn(usize) -> f64) {
        let elements = rows.map(element).chain(std::iter::repeat(0.0));
        assert!(column.iter().copied().eq(elements.take(TILE)));
    }
}
