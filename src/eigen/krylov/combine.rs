//! Linear combinations of the vectors of a basis.
//!
//! A few rows of the whole basis stay in the first caches while all combinations of them are made.
//! The sums of a few rows stay in registers, and each combination adds up the vectors in their order.

use faer::MatRef;
use pulp::{Arch, Simd, WithSimd};

use crate::lanes::{LANES, Lanes};
use crate::threads::{map, pieces, pieces_mut};

/// Rows that stay in the caches, a multiple of the rows in registers.
const ROWS: usize = 24;

/// Pieces whose combinations are in memory before they go to their places.
const PIECES_TOGETHER: usize = 16;

/// The combinations of the vectors of `basis`, whose blocks of length `order.len()` follow one another,
/// by the columns of `weights`, side by side. [`LANES`] combinations follow another [`LANES`], the last
/// ones filled up with zeros. Row r becomes row `order[r]`.
pub fn combine<const BLOCK: usize>(
    basis: &[[f64; BLOCK]],
    weights: MatRef<'_, f64>,
    order: &[usize],
) -> Vec<Lanes> {
    let dimension = order.len();
    let combinations = Combinations::<BLOCK>::new(basis.len() / dimension, weights);
    let mut combined = vec![Lanes::ZERO; combinations.groups * dimension];
    // A few pieces at a time, so that little waits for its place.
    for ranges in pieces(dimension).chunks(PIECES_TOGETHER) {
        let found = map(ranges.to_vec(), |rows| {
            let blocks = basis.chunks_exact(dimension);
            combinations.rows(&blocks.map(|block| &block[rows.clone()]).collect::<Vec<_>>())
        });
        let groups = combined.chunks_exact_mut(dimension).enumerate();
        map(groups.collect(), |(group, combined)| {
            for (rows, found) in ranges.iter().zip(&found) {
                let found = &found[group * rows.len()..][..rows.len()];
                for (&place, &sum) in order[rows.clone()].iter().zip(found) {
                    combined[place] = sum;
                }
            }
        });
    }
    combined
}

/// The same in the order of the rows, which overwrites the first blocks of the basis. There are no more
/// combinations than vectors.
pub fn combine_in_place(basis: &mut [[f64; LANES]], weights: MatRef<'_, f64>, dimension: usize) {
    let combinations = Combinations::<LANES>::new(basis.len() / dimension, weights);
    let mut parts: Vec<Vec<&mut [[f64; LANES]]>> = Vec::new();
    parts.resize_with(pieces(dimension).len(), Vec::new);
    for block in basis.chunks_exact_mut(dimension) {
        for ([rows], part) in pieces_mut([block]).into_iter().zip(&mut parts) {
            part.push(rows);
        }
    }
    map(parts, |mut blocks| {
        let rows = blocks.first().map_or(0, |block| block.len());
        let found = combinations.rows(&blocks.iter().map(|block| &**block).collect::<Vec<_>>());
        for (block, found) in blocks.iter_mut().zip(found.chunks_exact(rows)) {
            block.copy_from_slice(bytemuck::cast_slice(found));
        }
    });
}

/// Combinations of the vectors of some blocks.
struct Combinations<const BLOCK: usize> {
    /// Weights of a group of [`LANES`] combinations for every vector, group after group.
    weights: Vec<[f64; LANES]>,
    groups: usize,
}

impl<const BLOCK: usize> Combinations<BLOCK> {
    fn new(blocks: usize, weights: MatRef<'_, f64>) -> Self {
        let vectors = blocks * BLOCK;
        let groups = weights.ncols().div_ceil(LANES);
        let weight = |group: usize, row: usize, lane: usize| {
            let column = group * LANES + lane;
            let known = row < weights.nrows() && column < weights.ncols();
            if known { weights[(row, column)] } else { 0.0 }
        };
        let weights = (0..groups * vectors)
            .map(|place| (place / vectors, place % vectors))
            .map(|(group, row)| std::array::from_fn(|lane| weight(group, row, lane)))
            .collect();
        Self { weights, groups }
    }

    /// The combinations of the same rows of all blocks, group after group.
    fn rows(&self, blocks: &[&[[f64; BLOCK]]]) -> Vec<Lanes> {
        let rows = blocks.first().map_or(0, |block| block.len());
        let mut sums = vec![Lanes::ZERO; self.groups * rows];
        Arch::new().dispatch(Rows {
            weights: &self.weights,
            blocks,
            sums: &mut sums,
        });
        sums
    }
}

/// Rows of combinations, compiled for each instruction set.
struct Rows<'b, const BLOCK: usize> {
    weights: &'b [[f64; LANES]],
    blocks: &'b [&'b [[f64; BLOCK]]],
    sums: &'b mut [Lanes],
}

impl<const BLOCK: usize> WithSimd for Rows<'_, BLOCK> {
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

impl<const BLOCK: usize> Rows<'_, BLOCK> {
    #[inline(always)]
    fn all<const TOGETHER: usize>(self) {
        let rows = self.blocks.first().map_or(0, |block| block.len());
        for first in (0..rows).step_by(ROWS) {
            let end = (first + ROWS).min(rows);
            let whole = end - (end - first) % TOGETHER;
            let weights = self.weights.chunks_exact(self.blocks.len() * BLOCK);
            for (weights, sums) in weights.zip(self.sums.chunks_exact_mut(rows)) {
                let (few, rest) = sums[first..end].split_at_mut(whole - first);
                for (few, row) in few
                    .as_chunks_mut()
                    .0
                    .iter_mut()
                    .zip((first..).step_by(TOGETHER))
                {
                    *few = combine_rows::<BLOCK, TOGETHER>(self.blocks, row, weights);
                }
                for (sum, row) in rest.iter_mut().zip(whole..) {
                    [*sum] = combine_rows(self.blocks, row, weights);
                }
            }
        }
    }
}

/// The combinations of some rows from `first` on.
#[inline(always)]
fn combine_rows<const BLOCK: usize, const TOGETHER: usize>(
    blocks: &[&[[f64; BLOCK]]],
    first: usize,
    weights: &[[f64; LANES]],
) -> [Lanes; TOGETHER] {
    let mut sums = [[0.0; LANES]; TOGETHER];
    for (block, weights) in blocks.iter().zip(weights.as_chunks::<BLOCK>().0) {
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
    sums.map(Lanes)
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
    #[test]
    fn combinations_can_take_the_place_of_the_basis() {
        let (dimension, blocks, wanted) = (61, 3, 11);
        let basis: Vec<[f64; LANES]> = (0..blocks * dimension)
            .map(|row| std::array::from_fn(|lane| ((row * 8 + lane) as f64).sin()))
            .collect();
        let weights = Mat::from_fn(20, wanted, |row, k| ((3 * row + 7 * k) as f64).cos());
        let order: Vec<usize> = (0..dimension).collect();
        let expected = combine(&basis, weights.as_ref(), &order);
        let mut overwritten = basis.clone();
        combine_in_place(&mut overwritten, weights.as_ref(), dimension);
        let (first, rest) = overwritten.split_at(expected.len());
        assert!(
            first
                .iter()
                .zip(&expected)
                .all(|(found, expected)| *found == expected.0)
        );
        assert_eq!(rest, &basis[expected.len()..]);
    }
}
