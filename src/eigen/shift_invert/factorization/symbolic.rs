//! The symbolic factorization: what depends on the chain alone.

use super::contributors::Contributors;
use super::supernodes::Structure;
use super::tree::Tree;

/// The supernodes of a chain, and how they depend on each other.
pub struct Symbolic {
    /// The supernodes.
    pub structure: Structure,
    /// Which supernodes contribute to each.
    pub contributors: Contributors,
    /// Their elimination tree.
    pub tree: Tree,
}

impl Symbolic {
    /// The symbolic factorization with this structure.
    pub fn new(structure: Structure) -> Self {
        let contributors = Contributors::new(&structure);
        Self {
            tree: Tree::new(&structure, &contributors),
            contributors,
            structure,
        }
    }
}
