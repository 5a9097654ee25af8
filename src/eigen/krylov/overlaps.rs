//! The overlaps of blocks with a basis.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::tile::{Tile, Weights, prefetch};
use crate::comm::Space;
use crate::lanes::LANES;

/// The overlaps of the vectors of each block of `basis` (rows) with those of each of `blocks`
/// (columns), in a space. The blocks of the basis follow one another. `blocks` have at most two times
/// [`LANES`] vectors in all.
pub fn overlaps<const BLOCK: usize, const COUNT: usize>(
    space: &Space,
    basis: &[[f64; BLOCK]],
    blocks: [&[[f64; BLOCK]]; COUNT],
) -> Vec<Weights<BLOCK, COUNT>> {
    let arch = Arch::new();
    let sums = space.sum(|rows| {
        let overlaps = arch.dispatch(Overlaps {
            basis,
            blocks,
            rows,
        });
        overlaps.into_flattened().into_flattened().into_flattened()
    });
    let sums = sums.as_chunks::<BLOCK>().0.as_chunks::<COUNT>().0;
    sums.as_chunks().0.to_vec()
}

/// The part of some rows.
struct Overlaps<'b, const BLOCK: usize, const COUNT: usize> {
    basis: &'b [[f64; BLOCK]],
    blocks: [&'b [[f64; BLOCK]]; COUNT],
    rows: Range<usize>,
}

impl<const BLOCK: usize, const COUNT: usize> WithSimd for Overlaps<'_, BLOCK, COUNT> {
    type Output = Vec<Weights<BLOCK, COUNT>>;

    /// Basis vectors are multiplied as many at a time as registers hold sums. An operation takes some
    /// four cycles, and two begin in each, so eight registers of sums are needed. Narrow blocks have
    /// two sums, of every other row each, for that. The rows of a sum do not depend on the registers.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        const { assert!(BLOCK * COUNT <= 2 * LANES) };
        let one_register = S::F64_LANES >= LANES;
        match (BLOCK * COUNT, one_register) {
            (..=4, _) => self.sum::<4, 4, 2>(),
            (..=LANES, true) => self.sum::<LANES, 4, 2>(),
            (..=LANES, false) => self.sum::<LANES, 2, 2>(),
            (_, true) => self.sum::<{ 2 * LANES }, 4, 1>(),
            (_, false) => self.sum::<{ 2 * LANES }, 2, 1>(),
        }
    }
}

impl<const BLOCK: usize, const COUNT: usize> Overlaps<'_, BLOCK, COUNT> {
    #[inline(always)]
    fn sum<const WIDTH: usize, const TOGETHER: usize, const PARTS: usize>(
        self,
    ) -> Vec<Weights<BLOCK, COUNT>> {
        let dimension = self.blocks[0].len();
        let mut all = vec![[[[0.0; BLOCK]; COUNT]; BLOCK]; self.basis.len() / dimension];
        let mut tile = Tile::<WIDTH>::new();
        for (start, end) in Tile::<WIDTH>::spans(self.rows) {
            let tile = &*tile.load(self.blocks.into_iter(), (start, end));
            for (block, overlaps) in self.basis.chunks_exact(dimension).zip(&mut all) {
                let vectors = &block[start..end];
                let few = overlaps.as_chunks_mut::<TOGETHER>().0;
                for (place, overlaps) in few.iter_mut().enumerate() {
                    let sums =
                        products::<BLOCK, WIDTH, TOGETHER, PARTS>(vectors, place, tile, dimension);
                    for k in 0..TOGETHER {
                        for lane in 0..BLOCK * COUNT {
                            overlaps[k][lane / BLOCK][lane % BLOCK] += sums[k][lane];
                        }
                    }
                }
            }
        }
        all
    }
}

/// The overlaps of `TOGETHER` vectors, chunk `place` of a block, with the rows of a tile.
#[inline(always)]
fn products<const BLOCK: usize, const WIDTH: usize, const TOGETHER: usize, const PARTS: usize>(
    vectors: &[[f64; BLOCK]],
    place: usize,
    tile: &[[f64; WIDTH]],
    dimension: usize,
) -> [[f64; WIDTH]; TOGETHER] {
    let mut sums = [[[0.0; WIDTH]; TOGETHER]; PARTS];
    let (vectors, rest) = vectors.as_chunks::<PARTS>();
    let (tiles, tile) = tile.as_chunks::<PARTS>();
    for (vectors, tile) in vectors.iter().zip(tiles) {
        prefetch(vectors, dimension);
        for part in 0..PARTS {
            add(
                &mut sums[part],
                &vectors[part].as_chunks().0[place],
                &tile[part],
            );
        }
    }
    for (vector, row) in rest.iter().zip(tile) {
        add(&mut sums[0], &vector.as_chunks().0[place], row);
    }
    // Loops of constant lengths, so that the sums stay in registers.
    let mut all = sums[0];
    for sums in &sums[1..PARTS] {
        for k in 0..TOGETHER {
            for lane in 0..WIDTH {
                all[k][lane] += sums[k][lane];
            }
        }
    }
    all
}

#[inline(always)]
fn add<const WIDTH: usize, const TOGETHER: usize>(
    sums: &mut [[f64; WIDTH]; TOGETHER],
    vectors: &[f64; TOGETHER],
    row: &[f64; WIDTH],
) {
    for k in 0..TOGETHER {
        for lane in 0..WIDTH {
            sums[k][lane] = vectors[k].mul_add(row[lane], sums[k][lane]);
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn block<const BLOCK: usize>(rows: usize, seed: usize) -> Vec<[f64; BLOCK]> {
        let value = |row: usize, lane: usize| ((row * 13 + lane * 7 + seed * 31) as f64).sin();
        (0..rows)
            .map(|row| std::array::from_fn(|lane| value(row, lane)))
            .collect()
    }

    /// Some lengths fill the rows in the cache and in registers, and some do not.
    fn assert_plain<const BLOCK: usize>() {
        for rows in [1, 4, 127, 128, 131, 259] {
            let blocks = [1, 2, 3].map(|seed| block::<BLOCK>(rows, seed));
            let others = [4, 5].map(|seed| block::<BLOCK>(rows, seed));
            let basis = blocks.concat();
            let space = Space::alone(rows);
            let pair = overlaps(&space, &basis, [&others[0], &others[1]]);
            let single = overlaps(&space, &basis, [&others[1]]);
            for place in 0..3 * 2 * BLOCK * BLOCK {
                let (k, lane) = (place / BLOCK % BLOCK, place % BLOCK);
                let (at, other) = (place / (2 * BLOCK * BLOCK), place / (BLOCK * BLOCK) % 2);
                let expected: f64 = (0..rows)
                    .map(|row| blocks[at][row][k] * others[other][row][lane])
                    .sum();
                assert!((pair[at][k][other][lane] - expected).abs() < 1e-12);
                if other == 1 {
                    assert!((single[at][k][0][lane] - expected).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn overlaps_are_those_of_plain_loops() {
        assert_plain::<4>();
        assert_plain::<8>();
    }

    #[test]
    fn overlaps_are_the_same_for_each_instruction_set() {
        fn assert_same<const BLOCK: usize>() {
            let (basis, other) = (block::<BLOCK>(3 * 259, 1), block::<BLOCK>(259, 2));
            let found = |arch: Arch| {
                let basis = basis.as_slice();
                let single = arch.dispatch(Overlaps {
                    basis,
                    blocks: [&other],
                    rows: 0..259,
                });
                let pair = arch.dispatch(Overlaps {
                    basis,
                    blocks: [&other; 2],
                    rows: 0..259,
                });
                (single, pair)
            };
            let expected = found(Arch::Scalar);
            assert_eq!(found(Arch::new()), expected);
            #[cfg(target_arch = "x86_64")]
            if let Some(narrow) = pulp::x86::V3::try_new() {
                assert_eq!(found(Arch::V3(narrow)), expected);
            }
        }
        assert_same::<4>();
        assert_same::<8>();
    }
}
