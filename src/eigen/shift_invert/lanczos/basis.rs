//! The Krylov basis: orthonormal vectors, block by block.

use faer::{Col, Mat};

use super::overlaps::{Block, Small, overlaps, subtract};
use crate::eigen::krylov::{LOST_BELOW, REPEATED_ABOVE, orthonormal};
use crate::random::{stream, unit};

/// An orthonormal basis of blocks of `BLOCK` vectors. Only in a space that it fills can the last block
/// have fewer, and columns of zeros.
pub struct InterleavedBasis<const BLOCK: usize> {
    blocks: Vec<Block<BLOCK>>,
    dimension: usize,
    /// Whether only the two blocks before it were taken out of the newest.
    pending: bool,
    random: rand_xoshiro::Xoshiro256PlusPlus,
}

impl<const BLOCK: usize> InterleavedBasis<BLOCK> {
    /// A first block, drawn at random and the same for every call.
    pub fn random(dimension: usize) -> Self {
        let mut random = stream(0, [dimension as u64, 0, 0, 0]);
        let start = (0..dimension)
            .map(|_| std::array::from_fn(|_| unit(&mut random) - 0.5))
            .collect();
        let mut basis = Self {
            blocks: Vec::new(),
            dimension,
            pending: false,
            random,
        };
        basis.extend(start);
        basis
    }

    /// The blocks.
    pub fn blocks(&self) -> &[Block<BLOCK>] {
        &self.blocks
    }

    /// Drops the last block.
    pub fn forget_newest(&mut self) {
        self.blocks.pop();
    }

    /// Length of the vectors.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Number of vectors.
    pub fn size(&self) -> usize {
        (self.blocks.len() * BLOCK).min(self.dimension)
    }

    /// The last block.
    pub fn newest(&self) -> &[[f64; BLOCK]] {
        self.blocks.last().expect("a basis has a first block")
    }

    /// Takes the basis out of `image`, the operator's image of the newest block, and returns its
    /// overlaps with the newest block.
    ///
    /// The last two blocks hold all of the image that is in the basis but for rounding (the
    /// three-term recurrence), so they go first. Rounding grows from block to block along the pairs
    /// that have converged, by θ over that of the last to converge, and an error along a pair counts
    /// by 1/θ: a second block may wait for the next before both pass the whole basis, which is then
    /// streamed through memory half as often. A third would lose digits.
    pub fn orthogonalize(&mut self, image: &mut [[f64; BLOCK]]) -> Small<BLOCK> {
        let count = self.blocks.len();
        let mut overlap = self.remove_recent(image);
        self.pending = !self.pending && count > 1;
        if self.pending {
            return overlap;
        }
        let (newest, older) = self
            .blocks
            .split_last_mut()
            .expect("a basis has a first block");
        for _ in 0..2 {
            let found = overlaps(older, [newest, image]);
            subtract([newest, image], older, &found);
            let taken = |place: usize| -> f64 {
                let overlaps = found.iter().flat_map(|found| found[place].iter().flatten());
                overlaps.map(|x| x * x).sum()
            };
            let left: f64 = image.iter().flatten().map(|x| x * x).sum();
            let allowed = REPEATED_ABOVE.powi(2);
            if taken(0) <= allowed * BLOCK as f64 && taken(1) <= allowed * left {
                break;
            }
        }
        let again = self.remove_recent(image);
        for (sum, found) in overlap.iter_mut().flatten().zip(again.iter().flatten()) {
            *sum += found;
        }
        overlap
    }

    /// Takes the last two blocks out of `image` and returns its overlaps with the last.
    fn remove_recent(&self, image: &mut [[f64; BLOCK]]) -> Small<BLOCK> {
        let recent = &self.blocks[self.blocks.len().saturating_sub(2)..];
        let found = overlaps(recent, [image]);
        subtract([image], recent, &found);
        found[found.len() - 1][0]
    }

    /// Orthonormalizes `residue` into the next block and returns R with residue = block · R, whose
    /// rows are the vectors that the block then has.
    pub fn extend(&mut self, residue: Block<BLOCK>) -> Mat<f64> {
        let columns = Mat::from_fn(self.dimension, BLOCK, |row, lane| residue[row][lane]);
        let count = BLOCK.min(self.dimension - self.size());
        let mut vectors = Vec::with_capacity(self.dimension * count);
        let blocks = &self.blocks;
        let factor = orthonormal::append(
            &mut vectors,
            columns.as_ref(),
            count,
            &mut self.random,
            LOST_BELOW,
            |vector| remove(blocks, vector),
        );
        let mut block = residue;
        for (row, lanes) in block.iter_mut().enumerate() {
            for (lane, value) in lanes.iter_mut().enumerate() {
                *value = if lane < count {
                    vectors[lane * self.dimension + row]
                } else {
                    0.0
                };
            }
        }
        self.blocks.push(block);
        factor
    }
}

/// Takes `blocks` out of a vector.
fn remove<const BLOCK: usize>(blocks: &[Block<BLOCK>], vector: &mut Col<f64>) {
    let mut block: Block<BLOCK> = (vector.iter())
        .map(|&value| std::array::from_fn(|lane| if lane == 0 { value } else { 0.0 }))
        .collect();
    let found = overlaps(blocks, [&block]);
    subtract([&mut block], blocks, &found);
    for (value, lanes) in vector.iter_mut().zip(&block) {
        *value = lanes[0];
    }
}
