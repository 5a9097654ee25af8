//! Where the elements of L are stored for solves.
//!
//! They lie in the order in which the forward solve reads them. The columns of a supernode are cut
//! into tiles of [`TILE`] rows. The triangle on the diagonal of L is replaced by its inverse, because
//! a product with it needs no row before the others. Most supernodes have one column.

use std::ops::Range;

use super::super::storage::TILE;
use super::super::supernodes::{Structure, Supernode};
use super::pivots::Pivots;
use super::tiles::{Column, Shape};
use crate::threads::{Workspaces, map};

/// Elements that a thread copies at a time, at least.
const PIECE: usize = 1 << 15;

/// Copies the values of a factorization to tiles in the same places, and inverts B, whose elements
/// below the diagonal are in `subdiagonal`.
pub fn tile(structure: &Structure, buffer: &mut [f64], subdiagonal: &[f64]) -> Pivots {
    let spare: Workspaces<Lower> = Workspaces::default();
    let parts = map(
        pieces(structure.supernodes(), buffer),
        |(supernodes, values)| {
            spare.lend(Default::default, |lower: &mut Lower| {
                let first = &supernodes[0];
                let mut pivots = Pivots::default();
                for supernode in supernodes {
                    let start = supernode.values.start - first.values.start;
                    let values = &mut values[start..];
                    let elements = &values[..supernode.values.len()];
                    let height = supernode.height();
                    let diagonal = |k: usize| elements[k * (height + 1)];
                    pivots.push_inverse(diagonal, &subdiagonal[supernode.columns.clone()]);
                    if supernode.columns.len() == 1 {
                        values.copy_within(1..height, 0);
                    } else {
                        lower.copy(supernode.columns.len(), elements);
                        lower.tile(&mut values[..supernode.tiles.len()]);
                    }
                }
                pivots
            })
        },
    );
    let mut pivots = Pivots::default();
    parts.into_iter().for_each(|part| pivots.append(part));
    pivots
}

/// Cuts the supernodes and their memory into pieces.
fn pieces<'p>(
    supernodes: &'p [Supernode],
    mut buffer: &'p mut [f64],
) -> Vec<(&'p [Supernode], &'p mut [f64])> {
    let (mut pieces, mut rest) = (Vec::new(), supernodes);
    while let [first, ..] = rest {
        let before = |next: &Supernode| next.values.start - first.values.start;
        let (piece, others) = rest.split_at(rest.partition_point(|next| before(next) < PIECE));
        let end = others.first().map_or(buffer.len(), before);
        let (memory, others_memory) = buffer.split_at_mut(end);
        pieces.push((piece, memory));
        (rest, buffer) = (others, others_memory);
    }
    pieces
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
        /// Columns of a task.
        const COLUMNS: usize = 64;

        self.width = width;
        self.height = values.len() / width;
        let height = self.height;
        self.elements.resize(start(width, height), 0.0);
        let (mut chunks, mut rest) = (Vec::new(), &mut self.elements[..]);
        for (first, values) in values.chunks(COLUMNS * height).enumerate() {
            let first = first * COLUMNS;
            let last = first + values.len() / height;
            let (chunk, others) = rest.split_at_mut(start(last, height) - start(first, height));
            chunks.push((first, values, chunk));
            rest = others;
        }
        map(chunks, |(first, values, mut chunk)| {
            for (column, values) in (first..).zip(values.chunks_exact(height)) {
                let (own, others) = chunk.split_at_mut(height - column);
                own.copy_from_slice(&values[column..]);
                chunk = others;
            }
        });
    }

    /// Rows of one column.
    fn rows(&self, column: usize, rows: Range<usize>) -> &[f64] {
        let start = start(column, self.height);
        &self.elements[start..][rows.start - column..rows.end - column]
    }

    fn tile(&self, place: &mut [f64]) {
        let shape = Shape::new(self.width, self.height - self.width);
        let (mut rest, _) = place.as_chunks_mut::<TILE>();
        let mut tiles = Vec::new();
        for panel in 0..shape.panels() {
            for number in shape.triangle(panel).start..shape.tiles_below().end {
                let (tile, others) = rest.split_at_mut(shape.place(panel, number).len());
                tiles.push((shape.columns(panel).start, shape.rows(number), tile));
                rest = others;
            }
        }
        map(tiles, |(column, rows, tile)| {
            tile.fill([0.0; TILE]);
            let (whole, triangle) = tile.split_at_mut((rows.start - column).min(tile.len()));
            for (column, target) in (column..).zip(whole) {
                target[..rows.len()].copy_from_slice(self.rows(column, rows.clone()));
            }
            self.invert(rows.start, triangle);
        });
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

/// Where a column begins among the elements of L.
fn start(column: usize, height: usize) -> usize {
    column * height - column * column.saturating_sub(1) / 2
}

#[cfg(test)]
mod tests {
    use super::super::super::storage::tiled;
    use super::*;

    /// Widths and heights with and without rests of tiles.
    #[test]
    fn tiles_hold_the_elements_and_inverses_of_their_triangles() {
        for (width, height) in [(2, 2), (3, 11), (8, 8), (9, 30), (20, 36), (300, 341)] {
            let values: Vec<f64> = (0..width * height).map(|k| (k as f64).sin()).collect();
            let l = |row: usize, column: usize| match row.cmp(&column) {
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => 1.0,
                std::cmp::Ordering::Greater => values[column * height + row],
            };
            let mut lower = Lower::default();
            lower.copy(width, &values);
            let mut place = vec![f64::NAN; tiled(width, height - width)];
            lower.tile(&mut place);
            let mut tiles = place.as_chunks::<TILE>().0.iter();
            let shape = Shape::new(width, height - width);
            for panel in 0..shape.panels() {
                let columns = shape.columns(panel);
                for tile in shape.triangle(panel) {
                    let Range { start, end } = shape.rows(tile);
                    for column in columns.start..start {
                        assert_rows(tiles.next().unwrap(), start..end, |row| l(row, column));
                    }
                    let inverse: Vec<_> = tiles.by_ref().take(end - start).collect();
                    assert_inverse(&inverse, |row, column| l(start + row, start + column));
                }
                for tile in shape.triangle(panel).end..shape.tiles_below().end {
                    for column in columns.clone() {
                        assert_rows(tiles.next().unwrap(), shape.rows(tile), |row| {
                            l(row, column)
                        });
                    }
                }
            }
            assert!(tiles.next().is_none());
        }
    }

    fn assert_inverse(inverse: &[&Column], l: impl Fn(usize, usize) -> f64) {
        let size = inverse.len();
        for (column, inverse) in inverse.iter().enumerate() {
            for row in 0..size {
                let product: f64 = (0..size).map(|k| l(row, k) * inverse[k]).sum();
                let expected = if row == column { 1.0 } else { 0.0 };
                assert!((product - expected).abs() < 1e-12);
            }
            assert_eq!(inverse[size..], [0.0; TILE][size..]);
        }
    }

    fn assert_rows(column: &Column, rows: Range<usize>, element: impl Fn(usize) -> f64) {
        let elements = rows.map(element).chain(std::iter::repeat(0.0));
        assert!(column.iter().copied().eq(elements.take(TILE)));
    }
}
