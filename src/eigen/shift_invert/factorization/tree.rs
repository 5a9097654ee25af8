//! The elimination tree of the supernodes, and the work in its parts.

use std::ops::Range;

use super::contributors::Contributors;
use super::supernodes::Structure;

/// The elimination tree in postorder. The parent of a supernode is the one of its first row below.
pub struct Tree {
    /// The first supernode of each subtree.
    first: Vec<u32>,
    /// Operations before each supernode, and of all.
    operations: Vec<u64>,
}

impl Tree {
    /// The tree of a structure.
    pub fn new(structure: &Structure, contributors: &Contributors) -> Self {
        let supernodes = structure.supernodes();
        let mut tree = Self {
            first: (0..supernodes.len() as u32).collect(),
            operations: vec![0],
        };
        let mut operations = 0;
        for (number, supernode) in supernodes.iter().enumerate() {
            let (width, height) = (supernode.columns.len() as u64, supernode.height() as u64);
            operations += width * width * height;
            for contributor in contributors.of(number) {
                let source = &supernodes[contributor.number as usize];
                let rows = &structure.below(source)[contributor.first as usize..];
                let shared = rows.partition_point(|&row| (row as usize) < supernode.columns.end);
                operations += (source.columns.len() * shared * rows.len()) as u64;
            }
            tree.operations.push(operations);
            if let Some(&row) = structure.below(supernode).first() {
                let parent = structure.supernode_of(row);
                tree.first[parent] = tree.first[parent].min(tree.first[number]);
            }
        }
        tree
    }

    /// The supernodes of the subtree with this root.
    pub fn subtree(&self, root: usize) -> Range<usize> {
        self.first[root] as usize..root + 1
    }

    /// Multiplications to factorize these supernodes, about.
    pub fn operations(&self, supernodes: Range<usize>) -> u64 {
        self.operations[supernodes.end] - self.operations[supernodes.start]
    }

    /// Where to cut several whole subtrees, so that both parts have about the same work.
    pub fn middle(&self, supernodes: Range<usize>) -> usize {
        let mut middle = self.subtree(supernodes.end - 1).start;
        let imbalance = |middle: usize| {
            let before = self.operations(supernodes.start..middle);
            before.abs_diff(self.operations(middle..supernodes.end))
        };
        while middle > supernodes.start {
            let earlier = self.subtree(middle - 1).start;
            if earlier == supernodes.start || imbalance(earlier) > imbalance(middle) {
                break;
            }
            middle = earlier;
        }
        middle
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::symbolic::Symbolic;
    use super::super::{elimination_order, structure};
    use super::*;
    use crate::chain::Chain;
    use crate::deck::Boundary;

    /// Follows every cut of the supernodes to the single ones.
    fn assert_independent(symbolic: &Symbolic, supernodes: Range<usize>) {
        let Symbolic {
            structure, tree, ..
        } = symbolic;
        let (first, last) = (supernodes.start, supernodes.end - 1);
        if tree.subtree(last).start == first {
            if first < last {
                assert_independent(symbolic, first..last);
            }
            return;
        }
        let middle = tree.middle(supernodes.clone());
        for number in first..middle {
            for &row in structure.below(&structure.supernodes()[number]) {
                let touched = structure.supernode_of(row);
                assert!(!(middle..=last).contains(&touched));
            }
        }
        assert_independent(symbolic, first..middle);
        assert_independent(symbolic, middle..last + 1);
    }

    #[test]
    fn parts_of_a_cut_do_not_touch_each_other() {
        for boundary in [Boundary::Periodic, Boundary::Open] {
            let chain = Arc::new(Chain::new(12, 1.0, boundary));
            let (order, places) = elimination_order(&chain);
            let symbolic = Symbolic::new(structure(&chain, &order, &places));
            assert_independent(&symbolic, 0..symbolic.structure.supernodes().len());
        }
    }
}
