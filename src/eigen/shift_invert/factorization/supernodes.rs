//! The supernodes of a sparse factorization: consecutive columns of L with the same rows below
//! their diagonal block.

use std::ops::Range;

use faer::sparse::linalg::cholesky::supernodal::SymbolicSupernodalCholesky;

/// The supernodes of a chain, and where their values are stored.
pub struct Structure {
    supernodes: Vec<Supernode>,
    /// The rows below the diagonal block of each supernode, one supernode after the other.
    rows: Vec<u32>,
    /// The supernode of each row.
    supernode_of: Vec<u32>,
}

/// Columns that are stored together, as one dense matrix.
pub struct Supernode {
    /// The columns.
    pub columns: Range<usize>,
    /// Its rows below the diagonal block, as a part of the list of all.
    below: Range<usize>,
    /// Its part of the values: its columns from the diagonal block down, one after the other.
    pub values: Range<usize>,
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
        };
        let mut values = 0;
        for number in 0..symbolic.n_supernodes() {
            let columns = symbolic.supernode_begin()[number]..symbolic.supernode_end()[number];
            let first = symbolic.col_ptr_for_row_idx()[number];
            let below = &symbolic.row_idx()[first..first + symbolic.nnz_per_super()[number]];
            let elements = columns.len() * (columns.len() + below.len());
            structure.supernode_of[columns.clone()].fill(number as u32);
            structure.supernodes.push(Supernode {
                columns,
                below: structure.rows.len()..structure.rows.len() + below.len(),
                values: values..values + elements,
            });
            structure.rows.extend(below.iter().map(|&row| row as u32));
            values += elements;
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

    /// Number of values.
    pub fn elements(&self) -> usize {
        self.supernodes.last().map_or(0, |last| last.values.end)
    }

    /// The rows below the diagonal block of a supernode.
    pub fn below(&self, supernode: &Supernode) -> &[u32] {
        &self.rows[supernode.below.clone()]
    }

    /// The place among the values of the element of this row and column, row ≥ column.
    pub fn place(&self, row: usize, column: usize) -> usize {
        let supernode = &self.supernodes[self.supernode_of[column] as usize];
        let (columns, below) = (&supernode.columns, self.below(supernode));
        let inside = if row < columns.end {
            row - columns.start
        } else {
            let found = below.binary_search(&(row as u32));
            columns.len() + found.expect("the factor has every element of the matrix")
        };
        supernode.values.start + (column - columns.start) * supernode.height() + inside
    }
}
