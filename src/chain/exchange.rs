//! The exchange of rows between neighbouring ranks before a product.

use super::halo::Halo;
use super::hamiltonian::Hamiltonian;
use crate::comm::{Message, Space};
use crate::lanes::{LANES, Lanes};

/// Sends rows of vectors to neighbours, and takes theirs.
pub struct Exchange {
    space: Space,
    /// The rows on their way to other ranks.
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
    pub fn run(&mut self, halo: &Halo, own: &[Lanes], taken: &mut [Lanes], work: &mut dyn FnMut()) {
        let neighbours = halo.neighbours();
        if neighbours.is_empty() {
            return work();
        }
        self.given.clear();
        let rows = neighbours.iter().flat_map(|it| &it.given);
        self.given.extend(rows.map(|&row| own[row as usize]));
        let (mut given, mut taken) = (numbers(&self.given), numbers_mut(taken));
        let given: Vec<_> = (neighbours.iter())
            .map(|neighbour| Message {
                rank: neighbour.rank,
                values: given
                    .split_off(..neighbour.given.len() * LANES)
                    .expect("its rows"),
            })
            .collect();
        let taken = (neighbours.iter())
            .map(|neighbour| Message {
                rank: neighbour.rank,
                values: (taken.split_off_mut(..neighbour.taken.len() * LANES)).expect("its rows"),
            })
            .collect();
        self.space.group().exchange(&given, taken, work);
    }
}

fn numbers(rows: &[Lanes]) -> &[f64] {
    bytemuck::cast_slice(rows)
}

fn numbers_mut(rows: &mut [Lanes]) -> &mut [f64] {
    bytemuck::cast_slice_mut(rows)
}
