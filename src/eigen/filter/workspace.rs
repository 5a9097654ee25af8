//! Products with H and P(H) of a block of columns. The product needs vectors side by side, the
//! basis one after the other, so that each is copied to the other form.

use faer::{MatMut, MatRef};

use super::polynomial::Polynomial;
use crate::chain::Hamiltonian;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::lanes::{LANES, Lanes};

/// Memory for a block and two of its images.
pub struct Workspace {
    source: Vec<Lanes>,
    image: Vec<Lanes>,
    work: Vec<Lanes>,
}

impl Workspace {
    /// For vectors of length `dimension`.
    pub fn new(dimension: usize) -> Self {
        let vectors = || vec![Lanes::default(); dimension];
        Self {
            source: vectors(),
            image: vectors(),
            work: vectors(),
        }
    }

    /// Overwrites `y` with P(H) `x`, of at most [`LANES`] columns.
    ///
    /// # Errors
    /// [`Failure::Interrupted`].
    pub fn filter(
        &mut self,
        polynomial: &Polynomial,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
        x: MatRef<'_, f64>,
        y: MatMut<'_, f64>,
    ) -> Result<(), Failure> {
        self.load(x);
        let (image, work) = (&mut self.image, &mut self.work);
        polynomial.apply(hamiltonian, interrupt, &self.source, image, work)?;
        self.store(y);
        Ok(())
    }

    /// Overwrites `y` with H `x`, of at most [`LANES`] columns.
    pub fn multiply(&mut self, hamiltonian: &Hamiltonian, x: MatRef<'_, f64>, y: MatMut<'_, f64>) {
        self.load(x);
        hamiltonian.multiply(&self.source, &mut self.image);
        self.store(y);
    }

    /// Copies the columns side by side. Lanes without a column are zero.
    fn load(&mut self, x: MatRef<'_, f64>) {
        assert!(x.ncols() <= LANES, "a block has {LANES} columns at most");
        for (row, lanes) in self.source.iter_mut().enumerate() {
            for (lane, value) in lanes.0.iter_mut().enumerate() {
                *value = if lane < x.ncols() {
                    x[(row, lane)]
                } else {
                    0.0
                };
            }
        }
    }

    /// Copies the images back to columns.
    fn store(&self, mut y: MatMut<'_, f64>) {
        for (row, lanes) in self.image.iter().enumerate() {
            for lane in 0..y.ncols() {
                y[(row, lane)] = lanes.0[lane];
            }
        }
    }
}
