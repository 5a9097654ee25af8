//! The Krylov basis: orthonormal vectors in blocks, the vectors of a block side by side.

use faer::{Col, Mat, MatRef};

use super::cholesky::orthonormalize;
use super::overlaps::{Block, Small, overlaps, subtract};
use crate::eigen::krylov::{LOST_BELOW, REPEATED_ABOVE, orthonormal};
use crate::random::{stream, unit};

/// An orthonormal basis of blocks of `BLOCK` vectors. The last block has columns of zeros when
/// fewer directions are left in the space.
pub struct InterleavedBasis<const BLOCK: usize> {
    blocks: Vec<Block<BLOCK>>,
    dimension: usize,
    /// A bound of ‖R‖, where the random block was Q₁R.
    start: f64,
    /// Whether the newest block was made orthogonal to the two before it only.
    pending: bool,
    random: rand_xoshiro::Xoshiro256PlusPlus,
}

impl<const BLOCK: usize> InterleavedBasis<BLOCK> {
    /// The first block, drawn from a fixed random sequence. Its elements are uniform in an interval of
    /// length one before they are orthonormalized, which [`Run`] relies on.
    ///
    /// [`Run`]: crate::eigen::shift_invert::missed::Run
    pub fn random(dimension: usize) -> Self {
        let mut random = stream(0, [dimension as u64, 0, 0, 0]);
        let start = (0..dimension)
            .map(|_| std::array::from_fn(|_| unit(&mut random) - 0.5))
            .collect();
        let mut basis = Self {
            blocks: Vec::new(),
            dimension,
            start: 0.0,
            pending: false,
            random,
        };
        let factor = basis.extend(start);
        basis.start = norm_bound(factor.as_ref());
        basis
    }

    /// A bound of ‖R‖, where the random block was Q₁R.
    pub fn start(&self) -> f64 {
        self.start
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

    /// Removes from `image`, the operator's image of the newest block, its part in the basis.
    /// Returns the overlaps with the newest block.
    ///
    /// By the three-term recurrence the image overlaps with the last two blocks alone, but for
    /// rounding, so these are removed first. What rounding leaves along converged pairs grows in
    /// each step, by the ratio of θ to that of the pairs that converge now. Full orthogonalization
    /// must stop this growth, but not in every step. An error along a pair counts by 1/θ only, so
    /// that two blocks can share one pass over the basis, which halves the memory traffic. Passes
    /// for three blocks at a time would lose digits.
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

    /// Removes from `image` its part in the last two blocks. Returns the overlaps with the last
    /// one.
    fn remove_recent(&self, image: &mut [[f64; BLOCK]]) -> Small<BLOCK> {
        let recent = &self.blocks[self.blocks.len().saturating_sub(2)..];
        let found = overlaps(recent, [image]);
        subtract([image], recent, &found);
        found[found.len() - 1][0]
    }

    /// Orthonormalizes `residue` into the next block and returns R with residue = block · R, whose
    /// rows are the vectors that the block then has.
    pub fn extend(&mut self, mut residue: Block<BLOCK>) -> Mat<f64> {
        if BLOCK <= self.dimension - self.size()
            && let Some(factor) = orthonormalize(&mut residue)
        {
            self.blocks.push(residue);
            return Mat::from_fn(BLOCK, BLOCK, |row, column| factor[row][column]);
        }
        self.extend_by_vectors(residue)
    }

    /// The same one vector after the other, for vectors that are nearly dependent or more than are
    /// left in the space.
    fn extend_by_vectors(&mut self, residue: Block<BLOCK>) -> Mat<f64> {
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

/// ‖M‖ ≤ (‖M‖₁ ‖M‖_∞)^½.
fn norm_bound(matrix: MatRef<'_, f64>) -> f64 {
    let longest = |matrix: MatRef<'_, f64>| {
        (matrix.col_iter().map(|column| column.norm_l1())).fold(0.0_f64, f64::max)
    };
    (longest(matrix) * longest(matrix.transpose())).sqrt()
}

/// Removes from a vector its part in `blocks`.
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
