//! Parts of a factorization that tasks own.

use std::ops::Range;

use super::supernodes::{Structure, Supernode};

/// Consecutive supernodes and their parts of a factorization.
pub struct Region<'r, T> {
    /// The supernodes.
    pub supernodes: Range<usize>,
    /// Their values.
    pub values: &'r mut [T],
    /// The elements of B below the diagonal.
    pub subdiagonal: &'r mut [T],
    /// The row that became each row.
    pub rows: &'r mut [usize],
}

impl<'r, T> Region<'r, T> {
    /// Cuts it in two. `middle` is the first supernode of the second part.
    pub fn split(self, structure: &Structure, middle: usize) -> (Self, Self) {
        let (first, cut) = (self.start(structure), &structure.supernodes()[middle]);
        let columns = cut.columns.start - first.columns.start;
        let values = cut.values.start - first.values.start;
        let values = self.values.split_at_mut(values);
        let subdiagonal = self.subdiagonal.split_at_mut(columns);
        let rows = self.rows.split_at_mut(columns);
        let part = |supernodes, values, subdiagonal, rows| Self {
            supernodes,
            values,
            subdiagonal,
            rows,
        };
        let Range { start, end } = self.supernodes;
        (
            part(start..middle, values.0, subdiagonal.0, rows.0),
            part(middle..end, values.1, subdiagonal.1, rows.1),
        )
    }

    /// Its supernodes before this one, which is one of them or their end.
    pub fn before(&mut self, structure: &Structure, end: usize) -> Region<'_, T> {
        let all = Region {
            supernodes: self.supernodes.clone(),
            values: &mut *self.values,
            subdiagonal: &mut *self.subdiagonal,
            rows: &mut *self.rows,
        };
        if end == all.supernodes.end {
            all
        } else {
            all.split(structure, end).0
        }
    }

    /// The values of one of its supernodes.
    pub fn values_of(&self, structure: &Structure, supernode: &Supernode) -> &[T] {
        let first = self.start(structure).values.start;
        &self.values[supernode.values.start - first..supernode.values.end - first]
    }

    /// The elements of B below the diagonal in one of its supernodes.
    pub fn subdiagonal_of(&self, structure: &Structure, supernode: &Supernode) -> &[T] {
        let first = self.start(structure).columns.start;
        &self.subdiagonal[supernode.columns.start - first..supernode.columns.end - first]
    }

    fn start<'s>(&self, structure: &'s Structure) -> &'s Supernode {
        &structure.supernodes()[self.supernodes.start]
    }
}
