//! The exchange of rows between neighbouring ranks before a product.

use bytemuck::Pod;

use super::halo::Halo;
use super::hamiltonian::Hamiltonian;
use crate::comm::{Message, Space};
use crate::lanes::{LANES, Lanes};

/// Sends rows of vectors to neighbours, and takes theirs.
pub struct Exchange {
    space: Space,
    /// Memory for the rows on their way to other ranks.
    given: Vec<Lanes>,
    /// A vector with the rows of other ranks.
    whole: Vec<Lanes>,
}

impl Exchange {
    /// For vectors of a space.
    pub fn new(space: Space) -> Self {
        Self {
            space,
            given: Vec::new(),
            whole: Vec::new(),
        }
    }

    /// The space of the vectors.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// y ← H x. Collective.
    pub fn multiply(&mut self, hamiltonian: &Hamiltonian, x: &[Lanes], y: &mut [Lanes]) {
        let halo = hamiltonian.chain().halo();
        if halo.neighbours().is_empty() {
            return hamiltonian.multiply(x, y);
        }
        let mut whole = std::mem::take(&mut self.whole);
        whole.clear();
        whole.extend_from_slice(x);
        whole.resize(x.len() + halo.rows(), Lanes::ZERO);
        let (own, taken) = whole.split_at_mut(x.len());
        self.run(halo, own, taken, &mut || ());
        hamiltonian.multiply(&whole, y);
        self.whole = whole;
    }

    /// Sends the rows of `own` that other ranks need, and fills `taken` with theirs, while `work` is
    /// done.
    pub fn run<T: Pod>(&mut self, halo: &Halo, own: &[T], taken: &mut [T], work: &mut dyn FnMut()) {
        let neighbours = halo.neighbours();
        if neighbours.is_empty() {
            return work();
        }
        let width = size_of::<T>() / size_of::<f64>();
        let rows: usize = neighbours.iter().map(|it| it.given.len()).sum();
        self.given
            .resize((rows * width).div_ceil(LANES), Lanes::ZERO);
        let mut next = bytemuck::cast_slice_mut::<Lanes, T>(&mut self.given).iter_mut();
        for neighbour in neighbours {
            for (&row, given) in neighbour.given.iter().zip(&mut next) {
                *given = own[row as usize];
            }
        }
        let mut given: &[f64] = bytemuck::cast_slice(&self.given);
        let mut taken = bytemuck::cast_slice_mut(taken);
        let given: Vec<_> = (neighbours.iter())
            .map(|neighbour| Message {
                rank: neighbour.rank,
                values: (given.split_off(..neighbour.given.len() * width)).expect("its rows"),
            })
            .collect();
        let taken = (neighbours.iter())
            .map(|neighbour| Message {
                rank: neighbour.rank,
                values: (taken.split_off_mut(..neighbour.taken.len() * width)).expect("its rows"),
            })
            .collect();
        self.space.group().exchange(&given, taken, work);
    }
}
