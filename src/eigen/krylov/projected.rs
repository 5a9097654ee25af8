//! An operator projected on a block Krylov basis: a small block tridiagonal matrix.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};

use super::band::Band;
use super::eigen::eigen;
use super::state::StoredMatrix;
use crate::eigen::failure::Failure;

/// The projected operator, and what couples it to the next block of the basis.
#[derive(Default)]
pub struct Projected {
    size: usize,
    /// Qₖᵀ A Qₖ of each block.
    diagonals: Vec<Mat<f64>>,
    /// Qₖ₊₁ᵀ A Qₖ of each block.
    couplings: Vec<Mat<f64>>,
}

impl Projected {
    /// Vectors in the basis, without the next block.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Appends the newest block: its overlaps with its image, and its coupling to the next block.
    pub fn extend(&mut self, diagonal: Mat<f64>, coupling: Mat<f64>) {
        self.size += diagonal.ncols();
        self.diagonals.push(diagonal);
        self.couplings.push(coupling);
    }

    /// Its parts on the diagonal, and those that couple each block to the next.
    pub fn parts(&self) -> [Vec<StoredMatrix>; 2] {
        let parts = [&self.diagonals, &self.couplings];
        parts.map(|parts| parts.iter().map(StoredMatrix::from).collect())
    }

    /// The projected operator with these parts.
    pub fn of(diagonals: &[StoredMatrix], couplings: &[StoredMatrix]) -> Self {
        let mut projected = Self::default();
        for (diagonal, coupling) in diagonals.iter().zip(couplings) {
            projected.extend(diagonal.into(), coupling.into());
        }
        projected
    }

    /// The projected operator, whose band is as wide as a block. Couplings are triangular.
    pub fn band(&self) -> Band {
        let width = self.diagonals.iter().map(Mat::ncols).max();
        let mut band = Band::zeros(self.size, width.unwrap_or(1));
        let mut start = 0;
        for (diagonal, coupling) in self.diagonals.iter().zip(&self.couplings) {
            let end = start + diagonal.ncols();
            for column in 0..diagonal.ncols() {
                for row in column..diagonal.ncols() {
                    band.set(start + row, start + column, diagonal[(row, column)]);
                }
                for row in
                    (0..=column).take_while(|&row| row < coupling.nrows() && end + row < self.size)
                {
                    band.set(end + row, start + column, coupling[(row, column)]);
                }
            }
            start = end;
        }
        band
    }

    /// All eigenpairs, ascending.
    ///
    /// # Errors
    /// [`Failure::Dense`] when the library's eigendecomposition does not converge.
    pub fn eigen(&self) -> Result<(Vec<f64>, Mat<f64>), Failure> {
        let mut matrix = Mat::zeros(self.size, self.size);
        let mut start = 0;
        for (diagonal, coupling) in self.diagonals.iter().zip(&self.couplings) {
            let end = start + diagonal.ncols();
            matrix.get_mut(start..end, start..end).copy_from(diagonal);
            if end < self.size {
                matrix
                    .get_mut(end..end + coupling.nrows(), start..end)
                    .copy_from(coupling);
            }
            start = end;
        }
        eigen(matrix.as_ref())
    }

    /// The parts in the next block of A v, for the combinations v of the basis with `weights`, one
    /// in each column. For Ritz vectors their norms are ‖A v − θ v‖.
    ///
    /// # Panics
    /// When no block was multiplied yet.
    pub fn next(&self, weights: MatRef<'_, f64>) -> Mat<f64> {
        let coupling = self.couplings.last().expect("a block was multiplied");
        let newest = coupling.ncols();
        let mut next = Mat::zeros(coupling.nrows(), weights.ncols());
        matmul(
            next.as_mut(),
            Accum::Replace,
            coupling.as_ref(),
            weights.subrows(self.size - newest, newest),
            1.0,
            Par::Seq,
        );
        next
    }
}
