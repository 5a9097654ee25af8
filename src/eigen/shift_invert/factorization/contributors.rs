//! Which supernodes contribute to each supernode.

use super::supernodes::Structure;

/// For each supernode those that contribute to it, in the order of elimination.
pub struct Contributors {
    /// Where the list of each supernode starts, and where the last one ends.
    starts: Vec<usize>,
    lists: Vec<Contributor>,
}

/// A supernode that contributes to a later one.
#[derive(Clone, Copy, Default)]
pub struct Contributor {
    /// Its number.
    pub number: u32,
    /// Its first row below the diagonal block that is a column of the later one.
    pub first: u32,
}

impl Contributors {
    /// The lists of a structure.
    pub fn new(structure: &Structure) -> Self {
        let mut starts = vec![0; structure.supernodes().len() + 1];
        for_each(structure, |target, _| starts[target + 1] += 1);
        for target in 1..starts.len() {
            starts[target] += starts[target - 1];
        }
        let mut ends = starts.clone();
        let mut lists = vec![Contributor::default(); ends[ends.len() - 1]];
        for_each(structure, |target, contributor| {
            lists[ends[target]] = contributor;
            ends[target] += 1;
        });
        Self { starts, lists }
    }

    /// Those that contribute to a supernode.
    pub fn of(&self, target: usize) -> &[Contributor] {
        &self.lists[self.starts[target]..self.starts[target + 1]]
    }
}

/// Calls `found` for every contribution, with the number of its target.
fn for_each(structure: &Structure, mut found: impl FnMut(usize, Contributor)) {
    for (number, supernode) in structure.supernodes().iter().enumerate() {
        let mut last = None;
        for (first, &row) in structure.below(supernode).iter().enumerate() {
            let target = structure.supernode_of(row);
            if last.replace(target) != Some(target) {
                let (number, first) = (number as u32, first as u32);
                found(target, Contributor { number, first });
            }
        }
    }
}
