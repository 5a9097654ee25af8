//! The Krylov basis: orthonormal vectors, block by block.

use faer::{Col, Mat};

use super::overlaps::{Block, Small, overlaps, subtract};
use crate::chain::{stream, unit};

/// What a pass over the basis may take out of a block, as a fraction of what is left, without
/// another pass: rounding in the parts taken out then stays far below the accuracy asked for.
const REPEATED_ABOVE: f64 = 1e-3;

/// A direction shorter than this fraction of the longest in its block is lost to rounding.
const LOST_BELOW: f64 = 1e-13;

/// An orthonormal basis of blocks of `BLOCK` vectors. Only in a space that it fills can the last block
/// have fewer, and columns of zeros.
pub struct Basis<const BLOCK: usize> {
    blocks: Vec<Block<BLOCK>>,
    dimension: usize,
    /// Whether only the two blocks before it were taken out of the newest.
    pending: bool,
    random: rand_xoshiro::Xoshiro256PlusPlus,
}

impl<const BLOCK: usize> Basis<BLOCK> {
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

    /// Orthonormalizes `residue` into the next block and returns R with residue = block · R. Where
    /// the residue has lost a direction, a random vector takes its place with a row of zeros: the
    /// space explored so far is invariant.
    pub fn extend(&mut self, residue: Block<BLOCK>) -> Mat<f64> {
        let mut columns = Mat::from_fn(self.dimension, BLOCK, |row, lane| residue[row][lane]);
        let room = self.dimension - self.size();
        let mut factor = Mat::zeros(BLOCK, BLOCK);
        let longest = (0..BLOCK)
            .map(|column| columns.col(column).norm_l2())
            .fold(0.0, f64::max);
        let mut count = 0;
        for column in 0..BLOCK {
            let mut vector = columns.col(column).to_owned();
            for _ in 0..2 {
                for known in 0..count {
                    let overlap = columns.col(known).transpose() * &vector;
                    vector -= faer::Scale(overlap) * columns.col(known);
                    factor[(known, column)] += overlap;
                }
            }
            if count == room {
                continue;
            }
            let norm = vector.norm_l2();
            if norm > LOST_BELOW * longest {
                factor[(count, column)] = norm;
                vector *= faer::Scale(1.0 / norm);
            } else {
                vector = self.random_direction(columns.as_ref().subcols(0, count));
            }
            columns.col_mut(count).copy_from(&vector);
            count += 1;
        }
        for column in count..BLOCK {
            columns.col_mut(column).fill(0.0);
        }
        let mut block = residue;
        for (row, lanes) in block.iter_mut().enumerate() {
            for (lane, value) in lanes.iter_mut().enumerate() {
                *value = columns[(row, lane)];
            }
        }
        self.blocks.push(block);
        factor
    }

    /// A direction orthogonal to the basis and to `others`.
    fn random_direction(&mut self, others: faer::MatRef<'_, f64>) -> Col<f64> {
        let random = &mut self.random;
        let mut vector = Col::from_fn(self.dimension, |_| unit(random) - 0.5);
        for _ in 0..3 {
            let mut block: Vec<[f64; BLOCK]> = (0..self.dimension)
                .map(|row| std::array::from_fn(|lane| if lane == 0 { vector[row] } else { 0.0 }))
                .collect();
            let found = overlaps(&self.blocks, [&block]);
            subtract([&mut block], &self.blocks, &found);
            vector = Col::from_fn(self.dimension, |row| block[row][0]);
            let known = others.transpose() * &vector;
            vector -= others * known;
            let norm = vector.norm_l2();
            vector *= faer::Scale(1.0 / norm);
        }
        vector
    }
}
