//! The basis of block Lanczos: orthonormal vectors in blocks, the vectors of a block side by side.

use faer::{Mat, MatRef};

use super::cholesky::{Small, orthonormalize};
use super::combine::combine_in_place;
use super::orthonormal::{LOST_BELOW, orthonormal};
use super::overlaps::overlaps;
use super::projected::Projected;
use super::state::BasisState;
use super::subtract::subtract;
use crate::comm::Space;
use crate::eigen::failure::Failure;
use crate::eigen::memory::Memory;
use crate::lanes::LANES;
use crate::random::{stream, unit};

/// A pass over the basis is repeated when it removes more from a block than this fraction of what
/// is left. Below it, the rounding errors of the parts removed stay far below the required
/// accuracy.
const REPEATED_ABOVE: f64 = 1e-3;

/// An orthonormal Krylov basis of blocks of `BLOCK` vectors, and its symmetric operator projected on
/// it. The last block has columns of zeros when fewer directions are left in the space.
pub struct Basis<const BLOCK: usize> {
    /// One block after the other, with room for more. The system gives memory as it is written.
    memory: Memory,
    blocks: usize,
    space: Space,
    /// Rows of this rank.
    rows: usize,
    /// A bound of ‖R‖, where the random block was Q₁R.
    start: f64,
    /// Whether the newest block was made orthogonal to the two before it only.
    pending: bool,
    /// The operator on all blocks but the newest.
    projected: Projected,
    /// Random blocks and vectors drawn so far.
    drawn: u64,
}

impl<const BLOCK: usize> Basis<BLOCK> {
    /// The first block of at most `largest` vectors, drawn from a fixed random sequence. Its elements
    /// are uniform in an interval of length one before they are orthonormalized, which the bound of
    /// missed levels relies on. The basis takes over `memory`, enlarged where it is too small.
    pub fn random(space: Space, largest: usize, mut memory: Memory) -> Self {
        let rows = space.partition().rows();
        // The block after the last one that is multiplied belongs to the basis too.
        let elements = (largest.div_ceil(BLOCK) + 1) * BLOCK * rows;
        if memory.len() < elements {
            drop(memory);
            memory = Memory::zeros(elements);
        }
        let mut basis = Self {
            memory,
            blocks: 0,
            space,
            rows,
            start: 0.0,
            pending: false,
            projected: Projected::default(),
            drawn: 0,
        };
        basis.restart();
        basis
    }

    /// What it knows beside its vectors, and this rank's rows of its blocks.
    pub fn state(&self) -> (BasisState, &[f64]) {
        let [diagonals, couplings] = self.projected.parts();
        let state = BasisState {
            blocks: self.blocks,
            start: self.start,
            pending: self.pending,
            drawn: self.drawn,
            diagonals,
            couplings,
        };
        (state, self.vectors().as_flattened())
    }

    /// Goes on from a state. `read` fills the rows of the blocks and returns whether it has them all;
    /// otherwise the basis must start again.
    pub fn resume(&mut self, state: &BasisState, read: impl FnOnce(&mut [f64]) -> bool) -> bool {
        let elements = state.blocks * BLOCK * self.rows;
        if elements > self.memory.len() || !read(&mut self.memory[..elements]) {
            return false;
        }
        self.blocks = state.blocks;
        self.start = state.start;
        self.pending = state.pending;
        self.drawn = state.drawn;
        self.projected = Projected::of(&state.diagonals, &state.couplings);
        true
    }

    /// Starts again from another random block, the next of the same sequence.
    pub fn restart(&mut self) {
        self.blocks = 0;
        self.pending = false;
        self.projected = Projected::default();
        let (_, start) = split::<BLOCK>(&mut self.memory, 0, self.rows);
        draw(&self.space, self.drawn, start);
        self.drawn += 1;
        let length = norm(&self.space, start);
        self.start = norm_bound(self.extend(length).as_ref());
    }

    /// A bound of ‖R‖, where the random block was Q₁R.
    pub fn start(&self) -> f64 {
        self.start
    }

    /// The blocks, one after the other.
    pub fn vectors(&self) -> &[[f64; BLOCK]] {
        &self.memory.as_chunks().0[..self.blocks * self.rows]
    }

    /// The memory, for another basis.
    pub fn into_memory(self) -> Memory {
        self.memory
    }

    /// Drops the last block.
    pub fn forget_newest(&mut self) {
        self.blocks -= 1;
    }

    /// Length of the vectors, over all ranks.
    pub fn dimension(&self) -> usize {
        self.space.partition().dimension()
    }

    /// The operator projected on the vectors that were multiplied.
    pub fn projected(&self) -> &Projected {
        &self.projected
    }

    /// Number of vectors that were multiplied.
    pub fn multiplied(&self) -> usize {
        self.projected.size()
    }

    /// Whether all of the space was multiplied.
    pub fn is_exhausted(&self) -> bool {
        self.multiplied() == self.dimension()
    }

    /// Number of vectors.
    fn size(&self) -> usize {
        (self.blocks * BLOCK).min(self.dimension())
    }

    /// Multiplies the newest block and makes the next one of its image. `apply` writes the product
    /// of the operator with its first argument to the second. Returns the Frobenius norm of that product.
    ///
    /// # Errors
    /// Those of `apply`, which leave the basis as it was.
    pub fn advance(
        &mut self,
        apply: impl FnOnce(&[[f64; BLOCK]], &mut [[f64; BLOCK]]) -> Result<(), Failure>,
    ) -> Result<f64, Failure> {
        let rows = self.rows;
        let (known, image) = split(&mut self.memory, self.blocks, rows);
        apply(&known[known.len() - rows..], image)?;
        Ok(self.orthonormalize())
    }

    /// Makes the next block of the image of the newest one, whose norm it returns.
    fn orthonormalize(&mut self) -> f64 {
        let (_, image) = split::<BLOCK>(&mut self.memory, self.blocks, self.rows);
        let length = norm(&self.space, image);
        let newest = self.size() - self.multiplied();
        let overlaps = self.orthogonalize();
        let diagonal = Mat::from_fn(newest, newest, |row, column| overlaps[row][column]);
        let coupling = self.extend(length).get(.., ..newest).to_owned();
        self.projected.extend(diagonal, coupling);
        length
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
        let (pending, rows, space) = (self.pending, self.rows, &self.space);
        let (known, image) = split(&mut self.memory, self.blocks, rows);
        let mut overlap = remove_recent(space, known, image);
        if pending {
            return overlap;
        }
        let (older, newest) = known.split_at_mut(known.len() - rows);
        for _ in 0..2 {
            let found = overlaps(space, older, [&*newest, &*image]);
            subtract([&mut *newest, &mut *image], older, &found);
            let taken = |place: usize| -> f64 {
                let overlaps = found.as_flattened().iter().flat_map(|row| &row[place]);
                overlaps.map(|x| x * x).sum()
            };
            let allowed = REPEATED_ABOVE.powi(2);
            if taken(0) <= allowed * BLOCK as f64
                && taken(1) <= allowed * norm(space, image).powi(2)
            {
                break;
            }
        }
        let again = remove_recent(space, known, image);
        for (sum, found) in overlap.iter_mut().flatten().zip(again.iter().flatten()) {
            *sum += found;
        }
        overlap
    }

    /// Orthonormalizes the memory of the next block, which joins the basis. It is what is left of an
    /// image as long as `whole`. Returns R with the memory before = block · R, whose rows are the
    /// vectors that the block then has.
    fn extend(&mut self, whole: f64) -> Mat<f64> {
        let is_full = BLOCK <= self.dimension() - self.size();
        let (_, block) = split::<BLOCK>(&mut self.memory, self.blocks, self.rows);
        let factor = match is_full
            .then(|| orthonormalize(&self.space, block, LOST_BELOW * whole))
            .flatten()
        {
            Some(factor) => Mat::from_fn(BLOCK, BLOCK, |row, column| factor[row][column]),
            None => self.orthonormalize_vectors(whole),
        };
        self.blocks += 1;
        factor
    }

    /// The same one vector after the other, for vectors that are nearly dependent or more than are
    /// left in the space.
    fn orthonormalize_vectors(&mut self, whole: f64) -> Mat<f64> {
        let (rows, count) = (self.rows, BLOCK.min(self.dimension() - self.size()));
        let (space, drawn) = (&self.space, &mut self.drawn);
        let (known, block) = split::<BLOCK>(&mut self.memory, self.blocks, rows);
        let columns = (0..BLOCK).map(|lane| block.iter().map(|row| row[lane]).collect());
        let another = || {
            let mut vector = vec![[0.0]; rows];
            draw(space, *drawn, &mut vector);
            *drawn += 1;
            vector.into_flattened()
        };
        let remove = |vector: &mut [f64]| remove(space, known, vector);
        let (vectors, factor) =
            orthonormal(space, columns.collect(), whole, count, another, remove);
        for (row, lanes) in block.iter_mut().enumerate() {
            *lanes = std::array::from_fn(|lane| vectors.get(lane).map_or(0.0, |it| it[row]));
        }
        factor
    }
}

impl Basis<LANES> {
    /// Overwrites the first vectors in the memory of the basis with the combinations of those that were
    /// multiplied. `weights` has a row for each of them.
    pub fn into_combinations(mut self, weights: MatRef<'_, f64>) -> Memory {
        let blocks = self.multiplied().div_ceil(LANES);
        let (known, _) = split(&mut self.memory, blocks, self.rows);
        combine_in_place(known, weights, self.rows);
        self.memory
    }
}

/// The blocks in the memory of a basis, and the block after them.
fn split<const BLOCK: usize>(
    values: &mut [f64],
    blocks: usize,
    rows: usize,
) -> (&mut [[f64; BLOCK]], &mut [[f64; BLOCK]]) {
    let known = blocks * rows;
    values.as_chunks_mut().0[..known + rows].split_at_mut(known)
}

/// Fills a block with random numbers, another sequence for each piece of the space.
fn draw<const BLOCK: usize>(space: &Space, drawn: u64, block: &mut [[f64; BLOCK]]) {
    let partition = space.partition();
    for piece in partition.own() {
        let identity = [partition.dimension() as u64, drawn, piece as u64, 0];
        let mut random = stream(0, identity);
        for value in block[partition.rows_of(piece)].as_flattened_mut() {
            *value = unit(&mut random) - 0.5;
        }
    }
}

/// Removes from `image` its part in the last two blocks of a basis. Returns the overlaps with the last
/// one.
fn remove_recent<const BLOCK: usize>(
    space: &Space,
    basis: &[[f64; BLOCK]],
    image: &mut [[f64; BLOCK]],
) -> Small<BLOCK> {
    let recent = &basis[basis.len().saturating_sub(2 * image.len())..];
    let found = overlaps(space, recent, [image]);
    subtract([image], recent, &found);
    found[found.len() - 1].map(|row| row[0])
}

/// The Frobenius norm of a block.
fn norm<const BLOCK: usize>(space: &Space, block: &[[f64; BLOCK]]) -> f64 {
    let squares = space.sum(|rows| {
        let mut squares = [0.0; BLOCK];
        for row in &block[rows] {
            for (sum, x) in squares.iter_mut().zip(row) {
                *sum += x * x;
            }
        }
        vec![squares.iter().sum::<f64>()]
    });
    squares[0].sqrt()
}

/// ‖M‖ ≤ (‖M‖₁ ‖M‖_∞)^½.
fn norm_bound(matrix: MatRef<'_, f64>) -> f64 {
    let longest = |matrix: MatRef<'_, f64>| {
        (matrix.col_iter().map(|column| column.norm_l1())).fold(0.0_f64, f64::max)
    };
    (longest(matrix) * longest(matrix.transpose())).sqrt()
}

/// Removes from a vector its part in a basis.
fn remove<const BLOCK: usize>(space: &Space, basis: &[[f64; BLOCK]], vector: &mut [f64]) {
    let mut block: Vec<[f64; BLOCK]> = (vector.iter())
        .map(|&value| std::array::from_fn(|lane| if lane == 0 { value } else { 0.0 }))
        .collect();
    let found = overlaps(space, basis, [&block]);
    subtract([&mut block], basis, &found);
    for (value, lanes) in vector.iter_mut().zip(&block) {
        *value = lanes[0];
    }
}

#[cfg(test)]
mod tests;
