//! A block Krylov basis of a symmetric operator. It is kept orthogonal, and its vectors are stored
//! one after the other.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, get_global_parallelism};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::combine::combine;
use crate::eigen::failure::Failure;
use crate::eigen::krylov::{Projected, REPEATED_ABOVE, RitzPairs, orthonormal};
use crate::random::{stream, unit};

/// The basis, built block by block, and the block tridiagonal operator projected on it.
pub struct ColumnBasis {
    dimension: usize,
    block: usize,
    /// The basis vectors. The system gives memory as they are written.
    vectors: Vec<f64>,
    /// The first vector of the block before the newest.
    recent: usize,
    /// The operator on all blocks but the newest.
    projected: Projected,
    random: Xoshiro256PlusPlus,
}

impl ColumnBasis {
    /// A basis that starts from a fixed random block. It takes over `memory`, enlarged for
    /// `largest` vectors.
    pub fn new(dimension: usize, block: usize, largest: usize, mut memory: Vec<f64>) -> Self {
        memory.clear();
        memory.reserve_exact(dimension * largest);
        let mut basis = Self {
            dimension,
            block: block.min(dimension),
            vectors: memory,
            recent: 0,
            projected: Projected::default(),
            random: stream(0, [dimension as u64, 0, 0, 0]),
        };
        basis.restart();
        basis
    }

    /// Starts again from another random block, the next of the same sequence.
    pub fn restart(&mut self) {
        self.vectors.clear();
        self.recent = 0;
        self.projected = Projected::default();
        let random = &mut self.random;
        let start = Mat::from_fn(self.dimension, self.block, |_, _| unit(random) - 0.5);
        self.extend(start.as_ref(), self.block);
    }

    /// The number of vectors that were multiplied.
    pub fn size(&self) -> usize {
        self.projected.size()
    }

    fn columns(&self, from: usize, to: usize) -> MatRef<'_, f64> {
        let vectors = &self.vectors[from * self.dimension..to * self.dimension];
        MatRef::from_column_major_slice(vectors, self.dimension, to - from)
    }

    /// Multiplies the newest block by the operator and makes the next block of its image. Returns
    /// Tr Aᵀ A in the newest block. `apply` overwrites its second argument with the product.
    ///
    /// # Errors
    /// Those of `apply`. The basis is then unchanged.
    pub fn advance(
        &mut self,
        apply: impl FnOnce(MatRef<'_, f64>, MatMut<'_, f64>) -> Result<(), Failure>,
    ) -> Result<f64, Failure> {
        let (start, end) = (self.size(), self.vectors.len() / self.dimension);
        let mut image = Mat::zeros(self.dimension, end - start);
        apply(self.columns(start, end), image.as_mut())?;
        let square = image.squared_norm_l2();

        // By the three-term recurrence the image overlaps with the last two blocks alone, but for
        // rounding. They are removed first, and one pass over the whole basis then removes the
        // rounding. It is repeated when it finds more than that.
        let overlaps = self.remove(self.recent, image.as_mut());
        let mut diagonal = overlaps
            .subrows(start - self.recent, end - start)
            .to_owned();
        for _ in 0..2 {
            let found = self.remove(0, image.as_mut());
            diagonal += found.subrows(start, end - start);
            if found.norm_l2() <= REPEATED_ABOVE * image.norm_l2() {
                break;
            }
        }
        let coupling = self.extend(image.as_ref(), self.block.min(self.dimension - end));
        self.projected.extend(diagonal, coupling);
        self.recent = start;
        Ok(square)
    }

    /// Removes from `image` its part in the basis from vector `first` on. Returns the overlaps.
    fn remove(&self, first: usize, mut image: MatMut<'_, f64>) -> Mat<f64> {
        let known = self.columns(first, self.vectors.len() / self.dimension);
        let mut overlaps = Mat::zeros(known.ncols(), image.ncols());
        let threads = get_global_parallelism();
        matmul(
            overlaps.as_mut(),
            Accum::Replace,
            known.transpose(),
            image.as_ref(),
            1.0,
            threads,
        );
        matmul(
            image.as_mut(),
            Accum::Add,
            known,
            overlaps.as_ref(),
            -1.0,
            threads,
        );
        overlaps
    }

    /// Orthonormalizes `residue` to the next block, of `count` vectors.
    fn extend(&mut self, residue: MatRef<'_, f64>, count: usize) -> Mat<f64> {
        let (vectors, random) = (&mut self.vectors, &mut self.random);
        orthonormal::append(vectors, residue, count, random, REPEATED_ABOVE, |_| {})
    }

    /// The Ritz pairs of the operator.
    ///
    /// # Errors
    /// [`Failure::Dense`] when the library's eigendecomposition does not converge.
    pub fn ritz(&self) -> Result<RitzPairs, Failure> {
        RitzPairs::all(&self.projected)
    }

    /// The combinations of the basis vectors with `weights`, one in each column, as consecutive
    /// vectors in the memory of the basis.
    pub fn combine(mut self, weights: MatRef<'_, f64>) -> Vec<f64> {
        combine(&mut self.vectors, self.dimension, weights);
        self.vectors
    }
}

#[cfg(test)]
mod tests {
    use faer::Scale;

    use super::*;

    /// A diagonal operator with the levels 0, 0, 0, 1, 1, 1, 2 …
    fn multiply(x: MatRef<'_, f64>, mut y: MatMut<'_, f64>) {
        for column in 0..x.ncols() {
            for row in 0..x.nrows() {
                y[(row, column)] = (row / 3) as f64 * x[(row, column)];
            }
        }
    }

    fn assert_largest(dimension: usize, block: usize, steps: usize, wanted: usize) {
        let mut basis = ColumnBasis::new(dimension, block, dimension, Vec::new());
        for _ in 0..steps {
            let multiplied = basis.advance(|x, y| {
                multiply(x, y);
                Ok(())
            });
            multiplied.unwrap();
        }
        let ritz = basis.ritz().unwrap();
        let errors: Vec<f64> = ritz.errors().collect();
        let size = basis.size();
        for place in 0..wanted {
            let expected = ((dimension - 1 - place) / 3) as f64;
            let place = size - 1 - place;
            assert!((ritz.values[place] - expected).abs() < 1e-9);
            assert!(errors[place] < 1e-9);
        }
        let vectors = basis.combine(ritz.vectors.subcols(size - wanted, wanted));
        let vectors = MatRef::from_column_major_slice(&vectors, dimension, wanted);
        let mut images = Mat::zeros(dimension, wanted);
        multiply(vectors, images.as_mut());
        for k in 0..wanted {
            let level = ritz.values[size - wanted + k];
            assert!((images.col(k) - Scale(level) * vectors.col(k)).norm_l2() < 1e-8);
        }
        let overlaps = vectors.transpose() * vectors;
        assert!((overlaps - Mat::<f64>::identity(wanted, wanted)).norm_max() < 1e-13);
    }

    #[test]
    fn finds_all_copies_of_the_largest_levels() {
        faer::set_global_parallelism(faer::Par::Seq);
        assert_largest(300, 4, 65, 9);
    }

    #[test]
    fn a_small_space_is_exhausted() {
        faer::set_global_parallelism(faer::Par::Seq);
        assert_largest(33, 8, 5, 33);
    }

    /// Every block is invariant under this operator, so random vectors extend the basis.
    #[test]
    fn random_vectors_extend_an_invariant_space() {
        faer::set_global_parallelism(faer::Par::Seq);
        let mut basis = ColumnBasis::new(50, 4, 50, Vec::new());
        for _ in 0..13 {
            let copied = basis.advance(|x, mut y| {
                y.copy_from(x);
                Ok(())
            });
            copied.unwrap();
        }
        let ritz = basis.ritz().unwrap();
        assert_eq!(ritz.values.len(), 50);
        assert!(ritz.values.iter().all(|value| (value - 1.0).abs() < 1e-12));
        let all = basis.columns(0, 50);
        assert!((all.transpose() * all - Mat::<f64>::identity(50, 50)).norm_max() < 1e-12);
    }
}
