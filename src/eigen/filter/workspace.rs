//! Products with P(H) of a block.

use super::polynomial::Polynomial;
use crate::chain::Hamiltonian;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::lanes::{LANES, Lanes};

/// Memory for two images of a block.
pub struct Workspace {
    image: Vec<Lanes>,
    work: Vec<Lanes>,
}

impl Workspace {
    /// For vectors of length `dimension`.
    pub fn new(dimension: usize) -> Self {
        Self {
            image: vec![Lanes::ZERO; dimension],
            work: vec![Lanes::ZERO; dimension],
        }
    }

    /// Overwrites `y` with P(H) `x`. Both begin at a line of the cache.
    ///
    /// # Errors
    /// [`Failure::Interrupted`].
    pub fn filter(
        &mut self,
        polynomial: &Polynomial,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
        x: &[[f64; LANES]],
        y: &mut [[f64; LANES]],
    ) -> Result<(), Failure> {
        let (image, work) = (&mut self.image, &mut self.work);
        let x = bytemuck::cast_slice(x);
        polynomial.apply(hamiltonian, interrupt, x, image, work)?;
        y.copy_from_slice(bytemuck::cast_slice(image));
        Ok(())
    }
}
