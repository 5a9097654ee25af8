//! The subtraction of a basis from blocks.

use pulp::{Arch, Simd, WithSimd};

use super::tile::{Tile, Weights, prefetch};
use crate::lanes::LANES;
use crate::threads::{map, pieces, pieces_mut};

/// Subtracts from each of `blocks` the vectors of `basis`, each multiplied by its row of `weights`. The
/// blocks of the basis follow one another. `blocks` have at most two times [`LANES`] vectors in all.
pub fn subtract<const BLOCK: usize, const COUNT: usize>(
    blocks: [&mut [[f64; BLOCK]]; COUNT],
    basis: &[[f64; BLOCK]],
    weights: &[Weights<BLOCK, COUNT>],
) {
    let (arch, dimension) = (Arch::new(), blocks[0].len());
    let ranges = pieces(dimension).into_iter();
    map(
        ranges.zip(pieces_mut(blocks)).collect(),
        |(rows, blocks)| {
            arch.dispatch(Subtract {
                first: rows.start,
                blocks,
                basis,
                dimension,
                weights,
            });
        },
    );
}

/// The part of some rows.
struct Subtract<'b, const BLOCK: usize, const COUNT: usize> {
    /// The first of these rows.
    first: usize,
    /// These rows of the blocks.
    blocks: [&'b mut [[f64; BLOCK]]; COUNT],
    basis: &'b [[f64; BLOCK]],
    /// All rows.
    dimension: usize,
    weights: &'b [Weights<BLOCK, COUNT>],
}

impl<const BLOCK: usize, const COUNT: usize> WithSimd for Subtract<'_, BLOCK, COUNT> {
    type Output = ();

    /// As many rows at a time as registers hold, and enough to keep the processor busy.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        const { assert!(BLOCK * COUNT <= 2 * LANES) };
        let one_register = S::F64_LANES >= LANES;
        match (BLOCK * COUNT, one_register) {
            (..=4, _) => self.all::<4, 8>(),
            (..=LANES, true) => self.all::<LANES, 8>(),
            (..=LANES, false) => self.all::<LANES, 4>(),
            (_, true) => self.all::<{ 2 * LANES }, 4>(),
            (_, false) => self.all::<{ 2 * LANES }, 2>(),
        }
    }
}

impl<const BLOCK: usize, const COUNT: usize> Subtract<'_, BLOCK, COUNT> {
    #[inline(always)]
    fn all<const WIDTH: usize, const TOGETHER: usize>(self) {
        let (mut blocks, dimension) = (self.blocks, self.dimension);
        let mut tile = Tile::<WIDTH>::new();
        for (start, end) in Tile::<WIDTH>::spans(0..blocks[0].len()) {
            let rows_of_basis = self.first + start..self.first + end;
            let tile = tile.load(blocks.iter().map(|block| &**block), (start, end));
            for (block, weights) in self.basis.chunks_exact(dimension).zip(self.weights) {
                let (vectors, rest) = block[rows_of_basis.clone()].as_chunks::<TOGETHER>();
                let (tiles, tile) = tile.as_chunks_mut::<TOGETHER>();
                let weights = side_by_side(weights);
                for (vectors, tile) in vectors.iter().zip(tiles) {
                    prefetch(vectors, dimension);
                    rows(vectors, tile, &weights);
                }
                for (vector, row) in rest.iter().zip(tile) {
                    rows(
                        std::array::from_ref(vector),
                        std::array::from_mut(row),
                        &weights,
                    );
                }
            }
            for (place, block) in blocks.iter_mut().enumerate() {
                for (row, tile) in block[start..end].iter_mut().zip(&*tile) {
                    row.copy_from_slice(&tile[place * BLOCK..(place + 1) * BLOCK]);
                }
            }
        }
    }
}

/// The weights for all blocks in one row.
#[inline(always)]
fn side_by_side<const BLOCK: usize, const COUNT: usize, const WIDTH: usize>(
    weights: &Weights<BLOCK, COUNT>,
) -> [[f64; WIDTH]; BLOCK] {
    std::array::from_fn(|k| {
        let mut row = [0.0; WIDTH];
        row[..BLOCK * COUNT].copy_from_slice(weights[k].as_flattened());
        row
    })
}

/// Subtracts a block from a few rows.
#[inline(always)]
fn rows<const BLOCK: usize, const WIDTH: usize, const TOGETHER: usize>(
    vectors: &[[f64; BLOCK]; TOGETHER],
    tile: &mut [[f64; WIDTH]; TOGETHER],
    weights: &[[f64; WIDTH]; BLOCK],
) {
    let mut sums = *tile;
    for k in 0..BLOCK {
        for row in 0..TOGETHER {
            let factor = -vectors[row][k];
            for lane in 0..WIDTH {
                sums[row][lane] = factor.mul_add(weights[k][lane], sums[row][lane]);
            }
        }
    }
    *tile = sums;
}

#[cfg(test)]
mod tests {
    use super::super::overlaps::tests::block;
    use super::*;

    /// Differences of some lengths, from a plain loop and from the kernel of an instruction set.
    fn assert_plain<const BLOCK: usize>(arch: Arch) {
        for rows in [1, 4, 127, 128, 131, 259] {
            let basis = block::<BLOCK>(3 * rows, 1);
            let others = [4, 5].map(|seed| block::<BLOCK>(rows, seed));
            let weights: Vec<Weights<BLOCK, 2>> = (0..3)
                .map(|at| [2, 3, 4].map(|seed| block::<BLOCK>(2 * BLOCK, seed))[at].clone())
                .map(|it| std::array::from_fn(|k| [it[2 * k], it[2 * k + 1]]))
                .collect();
            let expected = |other: usize, row: usize, lane: usize| {
                let mut value: f64 = others[other][row][lane];
                for at in 0..3 {
                    for k in 0..BLOCK {
                        let factor: f64 = -basis[at * rows + row][k];
                        value = factor.mul_add(weights[at][k][other][lane], value);
                    }
                }
                value
            };
            let [mut first, mut second] = others.clone();
            arch.dispatch(Subtract {
                first: 0,
                blocks: [&mut first, &mut second],
                basis: &basis,
                dimension: rows,
                weights: &weights,
            });
            for (other, found) in [first, second].iter().enumerate() {
                for (row, found) in found.iter().enumerate() {
                    let expected = std::array::from_fn(|lane| expected(other, row, lane));
                    assert_eq!(*found, expected);
                }
            }
        }
    }

    /// To the bit, for each instruction set.
    #[test]
    fn differences_are_those_of_plain_loops() {
        let mut sets = vec![Arch::Scalar, Arch::new()];
        #[cfg(target_arch = "x86_64")]
        sets.extend(pulp::x86::V3::try_new().map(Arch::V3));
        for arch in sets {
            assert_plain::<4>(arch);
            assert_plain::<8>(arch);
        }
    }
}
