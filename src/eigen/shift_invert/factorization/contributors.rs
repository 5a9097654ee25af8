//! Which finished supernodes contribute next to each supernode.

use super::supernodes::Structure;

/// The end of a list.
const NONE: u32 = u32::MAX;

/// A linked list for each supernode of those that contribute to it next. A finished supernode is in
/// one list at a time, that of the supernode of its first row that was not a target yet.
pub struct Contributors {
    first: Vec<u32>,
    after: Vec<u32>,
    /// Rows below the diagonal block of each that were targets.
    done: Vec<u32>,
}

impl Contributors {
    /// Empty lists for so many supernodes.
    pub fn new(supernodes: usize) -> Self {
        Self {
            first: vec![NONE; supernodes],
            after: vec![NONE; supernodes],
            done: vec![0; supernodes],
        }
    }

    /// The first that contributes to a supernode.
    #[inline]
    pub fn first(&self, target: usize) -> Option<usize> {
        Some(self.first[target])
            .filter(|&number| number != NONE)
            .map(|number| number as usize)
    }

    /// The rows of a finished supernode that are still to be targets.
    #[inline]
    pub fn rows<'s>(&self, structure: &'s Structure, number: usize) -> &'s [u32] {
        let supernode = &structure.supernodes()[number];
        &structure.below(supernode)[self.done[number] as usize..]
    }

    /// Moves a supernode on to the next that it contributes to, after `shared` of its rows were
    /// targets. Returns the one that followed it in its list.
    #[inline]
    pub fn advance(
        &mut self,
        structure: &Structure,
        number: usize,
        shared: usize,
    ) -> Option<usize> {
        let next = self.after[number];
        self.done[number] += shared as u32;
        self.add(structure, number);
        (next != NONE).then_some(next as usize)
    }

    /// Puts a finished supernode in the list of the next that it contributes to.
    #[inline]
    pub fn add(&mut self, structure: &Structure, number: usize) {
        if let Some(&row) = self.rows(structure, number).first() {
            let target = structure.supernode_of(row);
            self.after[number] = self.first[target];
            self.first[target] = number as u32;
        }
    }
}
