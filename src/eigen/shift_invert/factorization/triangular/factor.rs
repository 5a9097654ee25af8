//! A factorization ready to solve.

use std::ops::Range;

use super::super::supernodes::{Structure, Supernode};
use super::pivots::Pivots;

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
    /// The supernodes in the order of elimination.
    #[inline(always)]
    pub fn parts(self) -> impl DoubleEndedIterator<Item = Part<'f>> {
        let supernodes = self.structure.supernodes().iter();
        supernodes.map(move |supernode| self.part(supernode))
    }

    #[inline(always)]
    fn part(self, supernode: &Supernode) -> Part<'f> {
        Part {
            columns: supernode.columns.clone(),
            below: self.structure.below(supernode),
            elements: &self.tiles[supernode.tiles.clone()],
            pivoted: &self.pivoted[supernode.columns.clone()],
        }
    }
}

impl Part<'_> {
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
