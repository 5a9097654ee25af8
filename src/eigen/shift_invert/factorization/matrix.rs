//! The elements of H − σ in the order of elimination.

use std::ops::Range;

use super::precision::Precision;
use crate::chain::Chain;

/// H − σ, in the precision of its factor.
pub struct Matrix<'m, T> {
    /// The chain.
    pub chain: &'m Chain,
    /// The states in their order of elimination.
    pub order: &'m [usize],
    /// The place of each state in it.
    pub places: &'m [usize],
    /// The value of all elements off the diagonal.
    pub exchange: T,
    /// The diagonal, in the order of elimination.
    pub diagonal: Vec<T>,
}

impl<T: Precision> Matrix<'_, T> {
    /// Overwrites `values`, columns of one supernode, with the lower triangle of H − σ, and with zeros
    /// where the factor has more elements. `local` is the place of each row in these columns.
    pub fn write(&self, columns: Range<usize>, local: &[u32], values: &mut [T], height: usize) {
        values.fill(T::default());
        for (column, values) in columns.zip(values.chunks_exact_mut(height)) {
            values[local[column] as usize] = self.diagonal[column];
            for &other in self.chain.exchanges_of(self.order[column]) {
                let row = self.places[other as usize];
                if row > column {
                    values[local[row] as usize] = self.exchange;
                }
            }
        }
    }
}
