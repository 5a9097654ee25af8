//! The two kernels of orthogonalization: overlaps of blocks with a basis, and the subtraction of
//! the basis from them.
//!
//! Both are bound by memory, because the basis is far larger than the caches. It is therefore read
//! once for all of the other blocks. A few rows of these stay in the first cache while the same
//! rows of the whole basis pass. A block holds its vectors side by side, so that a row of it fills
//! a register.

use pulp::{Arch, Simd, WithSimd};

/// Rows of the other blocks that stay in the first cache.
const ROWS: usize = 128;

/// Vectors side by side.
pub type Block<const BLOCK: usize> = Vec<[f64; BLOCK]>;

/// A matrix of `BLOCK` × `BLOCK` elements.
pub type Small<const BLOCK: usize> = [[f64; BLOCK]; BLOCK];

/// The overlaps of the vectors of each block of `basis` (rows) with those of each of `blocks`
/// (columns).
pub fn overlaps<const BLOCK: usize, const COUNT: usize>(
    basis: &[Block<BLOCK>],
    blocks: [&[[f64; BLOCK]]; COUNT],
) -> Vec<[Small<BLOCK>; COUNT]> {
    Arch::new().dispatch(Overlaps { basis, blocks })
}

/// Subtracts from each of `blocks` the vectors of `basis`, each multiplied by its row of `weights`.
pub fn subtract<const BLOCK: usize, const COUNT: usize>(
    blocks: [&mut [[f64; BLOCK]]; COUNT],
    basis: &[Block<BLOCK>],
    weights: &[[Small<BLOCK>; COUNT]],
) {
    Arch::new().dispatch(Subtract {
        blocks,
        basis,
        weights,
    });
}

struct Overlaps<'b, const BLOCK: usize, const COUNT: usize> {
    basis: &'b [Block<BLOCK>],
    blocks: [&'b [[f64; BLOCK]]; COUNT],
}

impl<const BLOCK: usize, const COUNT: usize> WithSimd for Overlaps<'_, BLOCK, COUNT> {
    type Output = Vec<[Small<BLOCK>; COUNT]>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        // Basis vectors at a time: as many sums as fit in registers.
        if BLOCK * COUNT > 8 {
            self.sum::<2>()
        } else {
            self.sum::<4>()
        }
    }
}

impl<const BLOCK: usize, const COUNT: usize> Overlaps<'_, BLOCK, COUNT> {
    #[inline(always)]
    fn sum<const TOGETHER: usize>(self) -> Vec<[Small<BLOCK>; COUNT]> {
        let mut sums = vec![[[[0.0; BLOCK]; BLOCK]; COUNT]; self.basis.len()];
        let dimension = self.blocks[0].len();
        for start in (0..dimension).step_by(ROWS) {
            let end = (start + ROWS).min(dimension);
            let blocks = self.blocks.map(|block| &block[start..end]);
            for (sum, vectors) in sums.iter_mut().zip(self.basis) {
                let vectors = &vectors[start..end];
                for first in (0..BLOCK).step_by(TOGETHER) {
                    let mut part = [[[0.0; BLOCK]; TOGETHER]; COUNT];
                    for row in 0..end - start {
                        let vector = &vectors[row];
                        for count in 0..COUNT {
                            let lanes = &blocks[count][row];
                            for k in 0..TOGETHER {
                                for lane in 0..BLOCK {
                                    let sum = &mut part[count][k][lane];
                                    *sum = vector[first + k].mul_add(lanes[lane], *sum);
                                }
                            }
                        }
                    }
                    for count in 0..COUNT {
                        for k in 0..TOGETHER {
                            for lane in 0..BLOCK {
                                sum[count][first + k][lane] += part[count][k][lane];
                            }
                        }
                    }
                }
            }
        }
        sums
    }
}

struct Subtract<'b, const BLOCK: usize, const COUNT: usize> {
    blocks: [&'b mut [[f64; BLOCK]]; COUNT],
    basis: &'b [Block<BLOCK>],
    weights: &'b [[Small<BLOCK>; COUNT]],
}

impl<const BLOCK: usize, const COUNT: usize> WithSimd for Subtract<'_, BLOCK, COUNT> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) {
        let dimension = self.blocks[0].len();
        for start in (0..dimension).step_by(ROWS) {
            let end = (start + ROWS).min(dimension);
            for (weights, vectors) in self.weights.iter().zip(self.basis) {
                // Rows at a time: as many as fit in registers.
                if BLOCK * COUNT > 8 {
                    self.rows::<2>(start..end, vectors, weights);
                } else {
                    self.rows::<4>(start..end, vectors, weights);
                }
            }
        }
    }
}

impl<const BLOCK: usize, const COUNT: usize> Subtract<'_, BLOCK, COUNT> {
    #[inline(always)]
    fn rows<const TOGETHER: usize>(
        &mut self,
        rows: std::ops::Range<usize>,
        vectors: &[[f64; BLOCK]],
        weights: &[Small<BLOCK>; COUNT],
    ) {
        let whole = rows.len() - rows.len() % TOGETHER;
        let (whole, rest) = (rows.start..rows.start + whole, rows.start + whole..rows.end);
        for row in whole.step_by(TOGETHER) {
            self.few::<TOGETHER>(row, vectors, weights);
        }
        for row in rest {
            self.few::<1>(row, vectors, weights);
        }
    }

    #[inline(always)]
    fn few<const TOGETHER: usize>(
        &mut self,
        first: usize,
        vectors: &[[f64; BLOCK]],
        weights: &[Small<BLOCK>; COUNT],
    ) {
        let vectors = &vectors[first..first + TOGETHER];
        for (block, weights) in self.blocks.iter_mut().zip(weights) {
            let block = &mut block[first..first + TOGETHER];
            let mut sums: [[f64; BLOCK]; TOGETHER] = std::array::from_fn(|row| block[row]);
            for k in 0..BLOCK {
                for row in 0..TOGETHER {
                    for lane in 0..BLOCK {
                        let sum = &mut sums[row][lane];
                        *sum = (-weights[k][lane]).mul_add(vectors[row][k], *sum);
                    }
                }
            }
            block.copy_from_slice(&sums);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(rows: usize, seed: usize) -> Vec<[f64; 8]> {
        let value = |row: usize, lane: usize| ((row * 13 + lane * 7 + seed * 31) as f64).sin();
        (0..rows)
            .map(|row| std::array::from_fn(|lane| value(row, lane)))
            .collect()
    }

    /// Some lengths fill the rows in the cache and in registers, and some do not.
    #[test]
    fn overlaps_and_differences_are_those_of_plain_loops() {
        for rows in [1, 4, 127, 128, 131, 259] {
            let basis = [block(rows, 1), block(rows, 2), block(rows, 3)];
            let (mut other, mut another) = (block(rows, 4), block(rows, 5));
            let found = overlaps(&basis, [&other, &another]);
            for (found, vectors) in found.iter().zip(&basis) {
                for k in 0..8 {
                    for lane in 0..8 {
                        let expected: f64 = (0..rows)
                            .map(|row| vectors[row][k] * other[row][lane])
                            .sum();
                        assert!((found[0][k][lane] - expected).abs() < 1e-12);
                    }
                }
            }
            let mut expected = another.clone();
            for (row, expected) in expected.iter_mut().enumerate() {
                for (lane, expected) in expected.iter_mut().enumerate() {
                    for (weights, vectors) in found.iter().zip(&basis) {
                        *expected -= (0..8)
                            .map(|k| vectors[row][k] * weights[1][k][lane])
                            .sum::<f64>();
                    }
                }
            }
            subtract([&mut other, &mut another], &basis, &found);
            for (found, expected) in another.iter().flatten().zip(expected.iter().flatten()) {
                assert!((found - expected).abs() < 1e-10);
            }
        }
    }
}
