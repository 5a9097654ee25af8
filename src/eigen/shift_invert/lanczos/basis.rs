//! The Krylov basis: orthonormal vectors in blocks, the vectors of a block side by side.

use faer::{Col, Mat, MatRef};

use super::cholesky::{Small, orthonormalize};
use super::overlaps::overlaps;
use super::subtract::subtract;
use crate::eigen::krylov::{LOST_BELOW, REPEATED_ABOVE, orthonormal};
use crate::eigen::memory::zeros;
use crate::random::{stream, unit};

/// An orthonormal basis of blocks of `BLOCK` vectors. The last block has columns of zeros when
/// fewer directions are left in the space.
pub struct InterleavedBasis<const BLOCK: usize> {
    /// One block after the other, with room for more. The system gives memory as it is written.
    values: Vec<f64>,
    blocks: usize,
    dimension: usize,
    /// A bound of ‖R‖, where the random block was Q₁R.
    start: f64,
    /// Whether the newest block was made orthogonal to the two before it only.
    pending: bool,
    random: rand_xoshiro::Xoshiro256PlusPlus,
}

impl<const BLOCK: usize> InterleavedBasis<BLOCK> {
    /// The first block of at most `largest` vectors, drawn from a fixed random sequence. Its elements
    /// are uniform in an interval of length one before they are orthonormalized, which [`Run`] relies
    /// on. The basis takes over `memory`, enlarged where it is too small.
    ///
    /// [`Run`]: crate::eigen::shift_invert::missed::Run
    pub fn random(dimension: usize, largest: usize, mut memory: Vec<f64>) -> Self {
        // The block after the last one that is multiplied belongs to the basis too.
        let elements = (largest.div_ceil(BLOCK) + 1) * BLOCK * dimension;
        if memory.len() < elements {
            drop(memory);
            memory = zeros(elements);
        }
        let mut basis = Self {
            values: memory,
            blocks: 0,
            dimension,
            start: 0.0,
            pending: false,
            random: stream(0, [dimension as u64, 0, 0, 0]),
        };
        let (_, start) = split::<BLOCK>(&mut basis.values, 0, dimension);
        for value in start.as_flattened_mut() {
            *value = unit(&mut basis.random) - 0.5;
        }
        basis.start = norm_bound(basis.extend().as_ref());
        basis
    }

    /// A bound of ‖R‖, where the random block was Q₁R.
    pub fn start(&self) -> f64 {
        self.start
    }

    /// The blocks, one after the other.
    pub fn vectors(&self) -> &[[f64; BLOCK]] {
        &self.values.as_chunks().0[..self.blocks * self.dimension]
    }

    /// The memory, for another basis.
    pub fn into_memory(self) -> Vec<f64> {
        self.values
    }

    /// Drops the last block.
    pub fn forget_newest(&mut self) {
        self.blocks -= 1;
    }

    /// Length of the vectors.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Number of vectors.
    pub fn size(&self) -> usize {
        (self.blocks * BLOCK).min(self.dimension)
    }

    /// Makes the next block from the image of the newest one, which `apply` multiplies in place.
    /// Returns the overlaps of the newest block with its image, and R with image = next block · R +
    /// (older blocks) …, whose rows are the vectors of the next block.
    pub fn advance(&mut self, apply: impl FnOnce(&mut [[f64; BLOCK]])) -> (Small<BLOCK>, Mat<f64>) {
        let dimension = self.dimension;
        let (known, image) = split(&mut self.values, self.blocks, dimension);
        image.copy_from_slice(&known[known.len() - dimension..]);
        apply(image);
        let overlaps = self.orthogonalize();
        (overlaps, self.extend())
    }

    /// Removes from the image of the newest block its part in the basis. Returns the overlaps with
    /// the newest block.
    ///
    /// By the three-term recurrence the image overlaps with the last two blocks alone, but for
    /// rounding, so these are removed first. What rounding leaves along converged pairs grows in
    /// each step, by the ratio of θ to that of the pairs that converge now. Full orthogonalization
    /// must stop this growth, but not in every step. An error along a pair counts by 1/θ only, so
    /// that two blocks can share one pass over the basis, which halves the memory traffic. Passes
    /// for three blocks at a time would lose digits.
    fn orthogonalize(&mut self) -> Small<BLOCK> {
        self.pending = !self.pending && self.blocks > 1;
        let (pending, dimension) = (self.pending, self.dimension);
        let (known, image) = split(&mut self.values, self.blocks, dimension);
        let mut overlap = remove_recent(known, image);
        if pending {
            return overlap;
        }
        let (older, newest) = known.split_at_mut(known.len() - dimension);
        for _ in 0..2 {
            let found = overlaps(older, [&*newest, &*image]);
            subtract([&mut *newest, &mut *image], older, &found);
            let taken = |place: usize| -> f64 {
                let overlaps = found.as_flattened().iter().flat_map(|row| &row[place]);
                overlaps.map(|x| x * x).sum()
            };
            let left: f64 = image.iter().flatten().map(|x| x * x).sum();
            let allowed = REPEATED_ABOVE.powi(2);
            if taken(0) <= allowed * BLOCK as f64 && taken(1) <= allowed * left {
                break;
            }
        }
        let again = remove_recent(known, image);
        for (sum, found) in overlap.iter_mut().flatten().zip(again.iter().flatten()) {
            *sum += found;
        }
        overlap
    }

    /// Orthonormalizes the memory of the next block, which joins the basis. Returns R with the
    /// memory before = block · R, whose rows are the vectors that the block then has.
    fn extend(&mut self) -> Mat<f64> {
        let whole = BLOCK <= self.dimension - self.size();
        let (_, block) = split::<BLOCK>(&mut self.values, self.blocks, self.dimension);
        let factor = match whole.then(|| orthonormalize(block)).flatten() {
            Some(factor) => Mat::from_fn(BLOCK, BLOCK, |row, column| factor[row][column]),
            None => self.orthonormalize_vectors(),
        };
        self.blocks += 1;
        factor
    }

    /// The same one vector after the other, for vectors that are nearly dependent or more than are
    /// left in the space.
    fn orthonormalize_vectors(&mut self) -> Mat<f64> {
        let (dimension, count) = (self.dimension, BLOCK.min(self.dimension - self.size()));
        let (known, block) = split::<BLOCK>(&mut self.values, self.blocks, dimension);
        let columns = Mat::from_fn(dimension, BLOCK, |row, lane| block[row][lane]);
        let mut vectors = Vec::with_capacity(dimension * count);
        let factor = orthonormal::append(
            &mut vectors,
            columns.as_ref(),
            count,
            &mut self.random,
            LOST_BELOW,
            |vector| remove(known, vector),
        );
        for (row, lanes) in block.iter_mut().enumerate() {
            *lanes = std::array::from_fn(|lane| match lane < count {
                true => vectors[lane * dimension + row],
                false => 0.0,
            });
        }
        factor
    }
}

/// The blocks in the memory of a basis, and the block after them.
fn split<const BLOCK: usize>(
    values: &mut [f64],
    blocks: usize,
    dimension: usize,
) -> (&mut [[f64; BLOCK]], &mut [[f64; BLOCK]]) {
    let known = blocks * dimension;
    values.as_chunks_mut().0[..known + dimension].split_at_mut(known)
}

/// Removes from `image` its part in the last two blocks of a basis. Returns the overlaps with the last
/// one.
fn remove_recent<const BLOCK: usize>(
    basis: &[[f64; BLOCK]],
    image: &mut [[f64; BLOCK]],
) -> Small<BLOCK> {
    let recent = &basis[basis.len().saturating_sub(2 * image.len())..];
    let found = overlaps(recent, [image]);
    subtract([image], recent, &found);
    found[found.len() - 1].map(|row| row[0])
}

/// ‖M‖ ≤ (‖M‖₁ ‖M‖_∞)^½.
fn norm_bound(matrix: MatRef<'_, f64>) -> f64 {
    let longest = |matrix: MatRef<'_, f64>| {
        (matrix.col_iter().map(|column| column.norm_l1())).fold(0.0_f64, f64::max)
    };
    (longest(matrix) * longest(matrix.transpose())).sqrt()
}

/// Removes from a vector its part in a basis.
fn remove<const BLOCK: usize>(basis: &[[f64; BLOCK]], vector: &mut Col<f64>) {
    let mut block: Vec<[f64; BLOCK]> = (vector.iter())
        .map(|&value| std::array::from_fn(|lane| if lane == 0 { value } else { 0.0 }))
        .collect();
    let found = overlaps(basis, [&block]);
    subtract([&mut block], basis, &found);
    for (value, lanes) in vector.iter_mut().zip(&block) {
        *value = lanes[0];
    }
}
