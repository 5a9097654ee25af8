//! Overlaps of blocks of vectors, and taking one block out of another: what keeping a Krylov basis
//! orthogonal spends its time on.
//!
//! A block holds its vectors side by side. The vectors of the basis are streamed once past a few rows
//! of the other block, which stay in the first cache.

use pulp::{Arch, Simd, WithSimd};

/// Rows that stay in the first cache.
const ROWS: usize = 256;

/// Vectors of one block whose overlaps with another fit in registers.
const TOGETHER: usize = 4;

/// A matrix of `BLOCK` × `BLOCK` elements.
pub type Small<const BLOCK: usize> = [[f64; BLOCK]; BLOCK];

/// The overlaps of the vectors of each block of `basis` (rows) with those of `block` (columns).
pub fn overlaps<const BLOCK: usize>(
    basis: &[Vec<[f64; BLOCK]>],
    block: &[[f64; BLOCK]],
) -> Vec<Small<BLOCK>> {
    Arch::new().dispatch(Overlaps { basis, block })
}

/// Subtracts from `block` the vectors of `basis`, each times its row of `weights`.
pub fn subtract<const BLOCK: usize>(
    block: &mut [[f64; BLOCK]],
    basis: &[Vec<[f64; BLOCK]>],
    weights: &[Small<BLOCK>],
) {
    Arch::new().dispatch(Subtract {
        block,
        basis,
        weights,
    });
}

struct Overlaps<'b, const BLOCK: usize> {
    basis: &'b [Vec<[f64; BLOCK]>],
    block: &'b [[f64; BLOCK]],
}

impl<const BLOCK: usize> WithSimd for Overlaps<'_, BLOCK> {
    type Output = Vec<Small<BLOCK>>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let mut sums = vec![[[0.0; BLOCK]; BLOCK]; self.basis.len()];
        for (part, block) in self.block.chunks(ROWS).enumerate() {
            for (sum, vectors) in sums.iter_mut().zip(self.basis) {
                let vectors = &vectors[part * ROWS..][..block.len()];
                for (first, sum) in (0..BLOCK)
                    .step_by(TOGETHER)
                    .zip(sum.chunks_exact_mut(TOGETHER))
                {
                    let mut part = [[0.0; BLOCK]; TOGETHER];
                    for (x, y) in vectors.iter().zip(block) {
                        for k in 0..TOGETHER {
                            for lane in 0..BLOCK {
                                part[k][lane] = x[first + k].mul_add(y[lane], part[k][lane]);
                            }
                        }
                    }
                    for (sum, part) in sum.iter_mut().zip(part) {
                        for lane in 0..BLOCK {
                            sum[lane] += part[lane];
                        }
                    }
                }
            }
        }
        sums
    }
}

struct Subtract<'b, const BLOCK: usize> {
    block: &'b mut [[f64; BLOCK]],
    basis: &'b [Vec<[f64; BLOCK]>],
    weights: &'b [Small<BLOCK>],
}

impl<const BLOCK: usize> WithSimd for Subtract<'_, BLOCK> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (part, block) in self.block.chunks_mut(ROWS).enumerate() {
            for (weights, vectors) in self.weights.iter().zip(self.basis) {
                let vectors = &vectors[part * ROWS..][..block.len()];
                let (rows, last_rows) = block.as_chunks_mut::<TOGETHER>();
                let (vectors, last_vectors) = vectors.as_chunks::<TOGETHER>();
                for (rows, vectors) in rows.iter_mut().zip(vectors) {
                    let mut sums = *rows;
                    for (k, weight) in weights.iter().enumerate() {
                        for row in 0..TOGETHER {
                            for lane in 0..BLOCK {
                                sums[row][lane] =
                                    (-weight[lane]).mul_add(vectors[row][k], sums[row][lane]);
                            }
                        }
                    }
                    *rows = sums;
                }
                for (row, vector) in last_rows.iter_mut().zip(last_vectors) {
                    for (k, weight) in weights.iter().enumerate() {
                        for lane in 0..BLOCK {
                            row[lane] = (-weight[lane]).mul_add(vector[k], row[lane]);
                        }
                    }
                }
            }
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

    /// Lengths that fill the cached rows and the rows in registers, and do not.
    #[test]
    fn overlaps_and_differences_are_those_of_plain_loops() {
        for rows in [1, 4, 255, 256, 259, 515] {
            let basis = [block(rows, 1), block(rows, 2), block(rows, 3)];
            let mut other = block(rows, 4);
            let found = overlaps(&basis, &other);
            for (found, vectors) in found.iter().zip(&basis) {
                for k in 0..8 {
                    for lane in 0..8 {
                        let expected: f64 = (0..rows)
                            .map(|row| vectors[row][k] * other[row][lane])
                            .sum();
                        assert!((found[k][lane] - expected).abs() < 1e-12);
                    }
                }
            }
            let mut expected = other.clone();
            for (row, expected) in expected.iter_mut().enumerate() {
                for (lane, expected) in expected.iter_mut().enumerate() {
                    for (weights, vectors) in found.iter().zip(&basis) {
                        *expected -= (0..8)
                            .map(|k| vectors[row][k] * weights[k][lane])
                            .sum::<f64>();
                    }
                }
            }
            subtract(&mut other, &basis, &found);
            for (found, expected) in other.iter().flatten().zip(expected.iter().flatten()) {
                assert!((found - expected).abs() < 1e-10);
            }
        }
    }
}
