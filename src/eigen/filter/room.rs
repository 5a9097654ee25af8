//! A block of columns as vectors side by side, and what is multiplied there.

use faer::{MatMut, MatRef};

use super::polynomial::Polynomial;
use crate::chain::{Hamiltonian, Step};
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::lanes::{LANES, Lanes};

/// Room for a block and two of its images.
pub struct Room {
    source: Vec<Lanes>,
    image: Vec<Lanes>,
    work: Vec<Lanes>,
}

impl Room {
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
        self.take(x);
        let (image, work) = (&mut self.image, &mut self.work);
        polynomial.apply(hamiltonian, interrupt, &self.source, image, work)?;
        self.give(y);
        Ok(())
    }

    /// Overwrites `y` with H `x`, of at most [`LANES`] columns.
    pub fn multiply(&mut self, hamiltonian: &Hamiltonian, x: MatRef<'_, f64>, y: MatMut<'_, f64>) {
        self.take(x);
        self.image.fill(Lanes::default());
        let product = Step {
            product: 1.0,
            same: 0.0,
            source: 0.0,
        };
        hamiltonian.recur(product, &self.source, &self.source, &mut self.image);
        self.give(y);
    }

    fn take(&mut self, x: MatRef<'_, f64>) {
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

    fn give(&self, mut y: MatMut<'_, f64>) {
        for (row, lanes) in self.image.iter().enumerate() {
            for lane in 0..y.ncols() {
                y[(row, lane)] = lanes.0[lane];
            }
        }
    }
}
