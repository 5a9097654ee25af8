//! A factorization ready to solve.

use std::ops::Range;

use super::super::supernodes::Structure;
use super::pivots::Pivots;
use super::tiles::{Column, Shape};

/// A factorization ready to solve.
#[derive(Clone, Copy)]
pub struct Factor<'f> {
    /// The supernodes.
    pub structure: &'f Structure,
    /// The tiles.
    pub tiles: &'f [f64],
    /// B⁻¹.
    pub pivots: &'f Pivots,
    /// The row that became each row by pivoting inside its supernode.
    pub pivoted: &'f [usize],
}

/// A supernode and what belongs to it.
pub struct Part<'f> {
    /// Its columns.
    pub columns: Range<usize>,
    /// The rows below its diagonal block.
    pub below: &'f [u32],
    /// Its elements: the tiles, or the rows below when it has one column.
    pub elements: &'f [f64],
    /// The rows of its columns in the order of its pivots.
    pivoted: &'f [usize],
}

impl<'f> Factor<'f> {
    /// Supernodes in the order of elimination.
    #[inline(always)]
    pub fn parts(self, supernodes: Range<usize>) -> impl DoubleEndedIterator<Item = Part<'f>> {
        supernodes.map(move |number| self.part(number))
    }

    /// A supernode.
    #[inline(always)]
    pub fn part(self, number: usize) -> Part<'f> {
        let supernode = &self.structure.supernodes()[number];
        Part {
            columns: supernode.columns.clone(),
            below: self.structure.below(supernode),
            elements: &self.tiles[supernode.tiles.clone()],
            pivoted: &self.pivoted[supernode.columns.clone()],
        }
    }
}

impl<'f> Part<'f> {
    /// The rows of its columns in the order of its pivots.
    #[inline(always)]
    pub fn pivoted(&self) -> &'f [usize] {
        self.pivoted
    }

    /// Where its tiles are, when it has several columns.
    #[inline(always)]
    pub fn shape(&self) -> Shape {
        Shape::new(self.columns.len(), self.below.len())
    }

    /// Its tiles, when it has several columns.
    #[inline(always)]
    pub fn tiles(&self) -> &'f [Column] {
        self.elements.as_chunks().0
    }

    /// A tile of a panel.
    #[inline(always)]
    pub fn tile(&self, panel: usize, tile: usize) -> &'f [Column] {
        &self.tiles()[self.shape().place(panel, tile)]
    }

    /// Consecutive tiles of a panel below its triangle.
    #[inline(always)]
    pub fn consecutive(
        &self,
        panel: usize,
        tiles: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = &'f [Column]> + ExactSizeIterator {
        let shape = self.shape();
        let width = shape.columns(panel).len();
        let start = shape.place(panel, tiles.start).start;
        self.tiles()[start..start + width * tiles.len()].chunks_exact(width)
    }

    /// Copies the rows of its columns from `x`, in the order of its pivots.
    #[inline(always)]
    pub fn gather<const LANES: usize>(&self, x: &[[f64; LANES]], own: &mut Vec<[f64; LANES]>) {
        own.clear();
        own.extend(self.pivoted.iter().map(|&row| x[row]));
    }

    /// Copies them back.
    #[inline(always)]
    pub fn scatter<const LANES: usize>(&self, own: &[[f64; LANES]], x: &mut [[f64; LANES]]) {
        for (&row, value) in self.pivoted.iter().zip(own) {
            x[row] = *value;
        }
    }
}
