//! Linear combinations of the vectors of a basis.
//!
//! A few rows of the whole basis stay in the first caches while all combinations of them are made.
//! The sums of a few rows stay in registers, and each combination adds up the vectors in their order.

use faer::MatRef;
use pulp::{Arch, Simd, WithSimd};

use crate::lanes::{LANES, Lanes};

/// Rows that stay in the caches, a multiple of the rows in registers.
const ROWS: usize = 24;

/// The combinations of the vectors of `basis`, whose blocks of length `order.len()` follow one another,
/// by the columns of `weights`, side by side. [`LANES`] combinations follow another [`LANES`], the last
/// ones filled up with zeros. Row r becomes row `order[r]`.
pub fn combine<const BLOCK: usize>(
    basis: &[[f64; BLOCK]],
    weights: MatRef<'_, f64>,
    order: &[usize],
) -> Vec<Lanes> {
    let vectors = basis.len() / order.len() * BLOCK;
    let groups = weights.ncols().div_ceil(LANES);
    let weight = |group: usize, row: usize, lane: usize| {
        let column = group * LANES + lane;
        let known = row < weights.nrows() && column < weights.ncols();
        if known { weights[(row, column)] } else { 0.0 }
    };
    let weights: Vec<[f64; LANES]> = (0..groups * vectors)
        .map(|place| (place / vectors, place % vectors))
        .map(|(group, row)| std::array::from_fn(|lane| weight(group, row, lane)))
        .collect();
    let mut combined = vec![Lanes::ZERO; groups * order.len()];
    Arch::new().dispatch(Combine {
        basis,
        weights: &weights,
        order,
        combined: &mut combined,
    });
    combined
}

/// The combinations, compiled for each instruction set.
struct Combine<'b, const BLOCK: usize> {
    basis: &'b [[f64; BLOCK]],
    /// Those of a group of combinations for every vector, group after group.
    weights: &'b [[f64; LANES]],
    order: &'b [usize],
    combined: &'b mut [Lanes],
}

impl<const BLOCK: usize> WithSimd for Combine<'_, BLOCK> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        // Rows at a time: as many as fit in registers.
        if S::F64_LANES >= LANES {
            self.all::<8>();
        } else {
            self.all::<6>();
        }
    }
}

impl<const BLOCK: usize> Combine<'_, BLOCK> {
    #[inline(always)]
    fn all<const TOGETHER: usize>(mut self) {
        let dimension = self.order.len();
        for first in (0..dimension).step_by(ROWS) {
            let end = (first + ROWS).min(dimension);
            let whole = end - (end - first) % TOGETHER;
            for group in 0..self.combined.len() / dimension {
                for row in (first..whole).step_by(TOGETHER) {
                    self.few::<TOGETHER>(row, group);
                }
                for row in whole..end {
                    self.few::<1>(row, group);
                }
            }
        }
    }

    #[inline(always)]
    fn few<const TOGETHER: usize>(&mut self, first: usize, group: usize) {
        let dimension = self.order.len();
        let vectors = self.basis.len() / dimension * BLOCK;
        let weights = &self.weights[group * vectors..(group + 1) * vectors];
        let mut sums = [[0.0; LANES]; TOGETHER];
        let blocks = self.basis.chunks_exact(dimension);
        for (block, weights) in blocks.zip(weights.as_chunks::<BLOCK>().0) {
            let rows: &[[f64; BLOCK]; TOGETHER] =
                (block[first..first + TOGETHER].try_into()).expect("as many rows");
            for (k, weights) in weights.iter().enumerate() {
                for (sum, row) in sums.iter_mut().zip(rows) {
                    for (sum, weight) in sum.iter_mut().zip(weights) {
                        *sum = row[k].mul_add(*weight, *sum);
                    }
                }
            }
        }
        let combined = &mut self.combined[group * dimension..(group + 1) * dimension];
        for (sum, &place) in sums.iter().zip(&self.order[first..first + TOGETHER]) {
            combined[place] = Lanes(*sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;

    #[test]
    fn combinations_are_those_of_a_plain_product() {
        for (dimension, blocks, wanted) in [(1, 1, 1), (23, 2, 8), (61, 3, 11), (100, 5, 17)] {
            let basis: Vec<[f64; 4]> = (0..blocks * dimension)
                .map(|row| std::array::from_fn(|lane| ((row * 4 + lane) as f64).sin()))
                .collect();
            let known = 4 * blocks - 1;
            let weights = Mat::from_fn(known, wanted, |row, k| ((3 * row + 7 * k) as f64).cos());
            let order: Vec<usize> = (0..dimension).rev().collect();
            let combined = combine(&basis, weights.as_ref(), &order);
            assert_eq!(combined.len(), wanted.div_ceil(LANES) * dimension);
            for row in 0..dimension {
                for column in 0..combined.len() / dimension * LANES {
                    let found = combined[column / LANES * dimension + order[row]];
                    let expected: f64 = match column < wanted {
                        true => (0..known)
                            .map(|k| basis[k / 4 * dimension + row][k % 4] * weights[(k, column)])
                            .sum(),
                        false => 0.0,
                    };
                    assert!((found.0[column % LANES] - expected).abs() < 1e-12);
                }
            }
        }
    }
}
