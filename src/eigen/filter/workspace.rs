//! Products with P(H) of a block.

use std::rc::Rc;

use super::polynomial::Polynomial;
use crate::chain::{Chain, Exchange, Hamiltonian};
use crate::comm::Space;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::eigen::keeper::Keeper;
use crate::lanes::{LANES, Lanes};

/// Memory for two images of a block, with the rows of other ranks.
pub struct Workspace {
    image: Vec<Lanes>,
    work: Vec<Lanes>,
    /// Moves rows between ranks.
    pub exchange: Exchange,
    /// Keeps long searches.
    pub keeper: Option<Rc<dyn Keeper>>,
}

impl Workspace {
    /// For vectors of a chain.
    pub fn new(chain: &Chain, space: Space) -> Self {
        let rows = chain.partition().rows() + chain.halo().rows();
        Self {
            image: vec![Lanes::ZERO; rows],
            work: vec![Lanes::ZERO; rows],
            exchange: Exchange::new(space),
            keeper: None,
        }
    }

    /// The space of its vectors.
    pub fn space(&self) -> &Space {
        self.exchange.space()
    }

    /// Overwrites `y` with P(H) `x`. Collective. Both begin at a line of the cache.
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
        let (images, rows) = ([&mut self.image, &mut self.work], x.len());
        let x = bytemuck::cast_slice(x);
        polynomial.apply(hamiltonian, interrupt, &mut self.exchange, x, images)?;
        y.copy_from_slice(bytemuck::cast_slice(&self.image[..rows]));
        Ok(())
    }
}
