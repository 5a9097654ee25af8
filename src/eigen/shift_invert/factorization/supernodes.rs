//! The supernodes of a sparse factorization: consecutive columns of L with the same rows below
//! their diagonal block.

use std::ops::Range;

use faer::sparse::linalg::cholesky::supernodal::SymbolicSupernodalCholesky;

use super::storage;

/// The supernodes of a chain, and where their values are stored.
pub struct Structure {
    supernodes: Vec<Supernode>,
    /// The rows below the diagonal block of each supernode, one supernode after the other.
    rows: Vec<u32>,
    /// The supernode of each row.
    supernode_of: Vec<u32>,
    elements: usize,
}

/// Columns that are stored together, as one dense matrix.
pub struct Supernode {
    /// The columns.
    pub columns: Range<usize>,
    /// Its rows below the diagonal block, as a part of the list of all.
    below: Range<usize>,
    /// Its part of the values: its columns from the diagonal block down, one after the other.
    pub values: Range<usize>,
    /// The tiles that replace its values for solves.
    pub tiles: Range<usize>,
}

impl Supernode {
    /// Rows of its columns.
    pub fn height(&self) -> usize {
        self.columns.len() + self.below.len()
    }
}

impl Structure {
    /// The structure that a symbolic factorization found.
    pub fn new(symbolic: &SymbolicSupernodalCholesky<usize>) -> Self {
        let mut structure = Self {
            supernodes: Vec::with_capacity(symbolic.n_supernodes()),
            rows: Vec::with_capacity(symbolic.row_idx().len()),
            supernode_of: vec![0; symbolic.nrows()],
            elements: 0,
        };
        for number in 0..symbolic.n_supernodes() {
            let columns = symbolic.supernode_begin()[number]..symbolic.supernode_end()[number];
            let first = symbolic.col_ptr_for_row_idx()[number];
            let below = &symbolic.row_idx()[first..first + symbolic.nnz_per_super()[number]];
            let width = columns.len();
            let place = storage::place(structure.elements, width, below.len());
            let start = place.start;
            structure.supernode_of[columns.clone()].fill(number as u32);
            structure.supernodes.push(Supernode {
                columns,
                below: structure.rows.len()..structure.rows.len() + below.len(),
                values: start..start + width * (width + below.len()),
                tiles: start..start + storage::tiled(width, below.len()),
            });
            structure.rows.extend(below.iter().map(|&row| row as u32));
            structure.elements = place.end;
        }
        structure
    }

    /// The supernodes, in the order of elimination.
    pub fn supernodes(&self) -> &[Supernode] {
        &self.supernodes
    }

    /// The supernode of the column with this number.
    pub fn supernode_of(&self, row: u32) -> usize {
        self.supernode_of[row as usize] as usize
    }

    /// Number of columns.
    pub fn dimension(&self) -> usize {
        self.supernode_of.len()
    }

    /// Elements of the memory for the factor.
    pub fn elements(&self) -> usize {
        self.elements
    }

    /// The rows below the diagonal block of a supernode.
    pub fn below(&self, supernode: &Supernode) -> &[u32] {
        &self.rows[supernode.below.clone()]
    }
}
