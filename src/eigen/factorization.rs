//! H − σ = L B Lᵀ, sparse: the order and the structure of L once per chain, its values for every
//! realization and shift.

use std::sync::Arc;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::perm::PermRef;
use faer::sparse::linalg::SupernodalThreshold;
use faer::sparse::linalg::cholesky::{
    CholeskySymbolicParams, IntranodeLbltRef, SymbolicCholesky, SymmetricOrdering,
    factorize_symbolic_cholesky,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMat};
use faer::{Conj, MatMut, Side, get_global_parallelism};

use super::order::elimination_order;
use crate::chain::{Chain, Hamiltonian};

/// The factorization of H − σ with pivoting inside supernodes (Bunch–Kaufman), which keeps the
/// accuracy that an unpivoted factor of an indefinite matrix loses.
pub struct Factorization {
    pattern: SymbolicSparseColMat<usize>,
    symbolic: SymbolicCholesky<usize>,
    /// Lower triangle of H − σ, column by column.
    elements: Vec<f64>,
    values: Vec<f64>,
    subdiagonal: Vec<f64>,
    pivots: Vec<usize>,
    pivots_inverse: Vec<usize>,
    scratch: MemBuffer,
    /// Right-hand sides that `scratch` has room for.
    columns: usize,
}

impl Factorization {
    /// Finds a fill-reducing order and the structure of the factor, with room to solve for
    /// `columns` right-hand sides at once.
    pub fn new(chain: &Arc<Chain>, columns: usize) -> Self {
        let dimension = chain.dimension();
        let mut starts = vec![0];
        let mut rows = Vec::with_capacity(dimension + chain.exchanges() / 2);
        for column in 0..dimension {
            rows.push(column);
            rows.extend(below(chain, column));
            starts.push(rows.len());
        }
        let elements = vec![chain.exchange(); rows.len()];
        let pattern = SymbolicSparseColMat::new_checked(dimension, dimension, starts, None, rows);
        let (order, places) = elimination_order(chain);
        let symbolic = factorize_symbolic_cholesky(
            pattern.as_ref(),
            Side::Lower,
            SymmetricOrdering::Custom(PermRef::new_checked(&order, &places, dimension)),
            CholeskySymbolicParams {
                // Only the supernodal factorization pivots.
                supernodal_flop_ratio_threshold: SupernodalThreshold::FORCE_SUPERNODAL,
                ..Default::default()
            },
        )
        .expect("the indices of a sector that fits in memory do not overflow");
        let numeric = symbolic.factorize_numeric_intranode_lblt_scratch::<f64>(
            get_global_parallelism(),
            Default::default(),
        );
        let solve = symbolic.solve_in_place_scratch::<f64>(columns, get_global_parallelism());
        Self {
            elements,
            values: vec![0.0; symbolic.len_val()],
            subdiagonal: vec![0.0; dimension],
            pivots: vec![0; dimension],
            pivots_inverse: vec![0; dimension],
            scratch: MemBuffer::new(numeric.or(solve)),
            columns,
            pattern,
            symbolic,
        }
    }

    /// Factorizes H − σ.
    pub fn factorize(&mut self, hamiltonian: &Hamiltonian, shift: f64) {
        let starts = self.pattern.col_ptr();
        for (&start, diagonal) in starts.iter().zip(hamiltonian.diagonal()) {
            self.elements[start] = diagonal - shift;
        }
        self.symbolic.factorize_numeric_intranode_lblt(
            &mut self.values,
            &mut self.subdiagonal,
            &mut self.pivots,
            &mut self.pivots_inverse,
            SparseColMatRef::new(self.pattern.as_ref(), &self.elements),
            Side::Lower,
            get_global_parallelism(),
            MemStack::new(&mut self.scratch),
            Default::default(),
        );
    }

    /// Overwrites `block` with (H − σ)⁻¹ `block`.
    ///
    /// # Panics
    /// When the block has more columns than was made room for.
    pub fn solve(&mut self, block: MatMut<'_, f64>) {
        assert!(block.ncols() <= self.columns, "too many right-hand sides");
        let dimension = self.subdiagonal.len();
        // SAFETY: `factorize` wrote a permutation and its inverse.
        let pivots =
            unsafe { PermRef::new_unchecked(&self.pivots, &self.pivots_inverse, dimension) };
        IntranodeLbltRef::new(&self.symbolic, &self.values, &self.subdiagonal, pivots)
            .solve_in_place_with_conj(
                Conj::No,
                block,
                get_global_parallelism(),
                MemStack::new(&mut self.scratch),
            );
    }
}

/// The rows below the diagonal with an exchange to `column`.
fn below(chain: &Chain, column: usize) -> impl Iterator<Item = usize> {
    chain
        .exchanges_of(column)
        .iter()
        .map(|&row| row as usize)
        .filter(move |&row| row > column)
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;
    use crate::deck::Boundary;

    #[test]
    fn solves_what_it_factorized() {
        let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
        let field: Vec<f64> = (0..10)
            .map(|site| 4.0 * (3.0 * site as f64).sin())
            .collect();
        let hamiltonian = Hamiltonian::new(&chain, &field);
        let mut factorization = Factorization::new(&chain, 3);
        for shift in [0.3, -2.0] {
            factorization.factorize(&hamiltonian, shift);
            let right = Mat::from_fn(chain.dimension(), 3, |row, column| {
                ((row + 5 * column) as f64).sin()
            });
            let mut solution = right.clone();
            factorization.solve(solution.as_mut());
            let shifted = hamiltonian.dense()
                - faer::Scale(shift) * Mat::<f64>::identity(chain.dimension(), chain.dimension());
            assert!((shifted * solution - right).norm_max() < 1e-10);
        }
    }
}
