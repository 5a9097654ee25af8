//! H − σ = L B Lᵀ, sparse: the order and the structure of L once per chain, its values for every
//! realization and shift.

use std::sync::Arc;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::perm::PermRef;
use faer::sparse::linalg::SupernodalThreshold;
use faer::sparse::linalg::cholesky::{
    CholeskySymbolicParams, SymbolicCholesky, SymbolicCholeskyRaw, SymmetricOrdering,
    factorize_symbolic_cholesky, supernodal::SymbolicSupernodalCholesky,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMat};
use faer::traits::ComplexField;
use faer::{MatMut, Side, get_global_parallelism};

use super::order::elimination_order;
use super::triangular::Factor;
use crate::chain::{Chain, Hamiltonian};

/// Right-hand sides that share a pass over the factor, at most; fewer than half of them use the
/// other kernel.
const MOST_LANES: usize = 8;
const FEW_LANES: usize = 4;

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
    /// States in their order of elimination.
    order: Vec<usize>,
    /// Room for right-hand sides, and for the rows of one supernode.
    work: Vec<f64>,
}

impl Factorization {
    /// Finds a fill-reducing order and the structure of the factor.
    pub fn new(chain: &Arc<Chain>) -> Self {
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
        let rows = dimension + Factor::tallest(structure(&symbolic));
        Self {
            elements,
            values: vec![0.0; symbolic.len_val()],
            subdiagonal: vec![0.0; dimension],
            pivots: vec![0; dimension],
            pivots_inverse: vec![0; dimension],
            scratch: MemBuffer::new(numeric),
            order,
            work: vec![0.0; MOST_LANES * rows],
            pattern,
            symbolic,
        }
    }

    /// Factorizes H − σ, and returns the number of levels below σ; none when the factorization broke
    /// down, as it does where σ is a level.
    pub fn factorize(&mut self, hamiltonian: &Hamiltonian, shift: f64) -> Option<usize> {
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
        negative(structure(&self.symbolic), &self.values, &self.subdiagonal)
    }

    /// The number of levels below `energy`, by a factorization in single precision, which takes half
    /// the time; none when it broke down. The factorization for solves is lost.
    ///
    /// The count is that of a Hamiltonian some 10⁻⁵ away: exact unless a level is as near.
    pub fn levels_below(&mut self, hamiltonian: &Hamiltonian, energy: f64) -> Option<usize> {
        let starts = self.pattern.col_ptr();
        let mut elements: Vec<f32> = self
            .elements
            .iter()
            .map(|&element| element as f32)
            .collect();
        for (&start, diagonal) in starts.iter().zip(hamiltonian.diagonal()) {
            elements[start] = (diagonal - energy) as f32;
        }
        let values = &mut bytemuck::cast_slice_mut(&mut self.values)[..self.symbolic.len_val()];
        let mut subdiagonal = vec![0.0_f32; self.subdiagonal.len()];
        self.symbolic.factorize_numeric_intranode_lblt(
            values,
            &mut subdiagonal,
            &mut self.pivots,
            &mut self.pivots_inverse,
            SparseColMatRef::new(self.pattern.as_ref(), &elements),
            Side::Lower,
            get_global_parallelism(),
            MemStack::new(&mut self.scratch),
            Default::default(),
        );
        negative(structure(&self.symbolic), values, &subdiagonal)
    }

    /// Overwrites `block` with (H − σ)⁻¹ `block`.
    pub fn solve(&mut self, mut block: MatMut<'_, f64>) {
        for first in (0..block.ncols()).step_by(MOST_LANES) {
            let count = (block.ncols() - first).min(MOST_LANES);
            let columns = block.as_mut().subcols_mut(first, count);
            if count > FEW_LANES {
                self.solve_side_by_side::<MOST_LANES>(columns);
            } else {
                self.solve_side_by_side::<FEW_LANES>(columns);
            }
        }
    }

    fn solve_side_by_side<const LANES: usize>(&mut self, mut block: MatMut<'_, f64>) {
        let dimension = self.subdiagonal.len();
        let (work, _) = self.work.as_chunks_mut::<LANES>();
        let (x, front) = work.split_at_mut(dimension);
        // From the order of the basis to that of elimination, to that of the pivots.
        let place = |row: usize| self.order[self.pivots[row]];
        for column in 0..block.ncols() {
            let source = block
                .as_ref()
                .col(column)
                .try_as_col_major()
                .expect("contiguous")
                .as_slice();
            for (row, x) in x.iter_mut().enumerate() {
                x[column] = source[place(row)];
            }
        }
        for x in x.iter_mut() {
            x[block.ncols()..].fill(0.0);
        }
        let factor = Factor {
            structure: structure(&self.symbolic),
            values: &self.values,
            subdiagonal: &self.subdiagonal,
            places: &self.pivots_inverse,
        };
        factor.solve(x, front);
        for column in 0..block.ncols() {
            let target = block
                .as_mut()
                .col_mut(column)
                .try_as_col_major_mut()
                .expect("contiguous")
                .as_slice_mut();
            for (row, x) in x.iter().enumerate() {
                target[place(row)] = x[column];
            }
        }
    }
}

/// The supernodes of a factorization that was told to have them.
fn structure(symbolic: &SymbolicCholesky<usize>) -> &SymbolicSupernodalCholesky<usize> {
    match symbolic.raw() {
        SymbolicCholeskyRaw::Supernodal(structure) => structure,
        SymbolicCholeskyRaw::Simplicial(_) => unreachable!("the supernodal form was forced"),
    }
}

/// The number of negative eigenvalues of L B Lᵀ, which is that of B (Sylvester); none when a pivot
/// is zero or not a number.
fn negative<T: ComplexField + Copy + Into<f64>>(
    structure: &SymbolicSupernodalCholesky<usize>,
    values: &[T],
    subdiagonal: &[T],
) -> Option<usize> {
    let mut count = 0;
    for supernode in 0..structure.n_supernodes() {
        let (start, end) = (
            structure.supernode_begin()[supernode],
            structure.supernode_end()[supernode],
        );
        let height = end - start + structure.nnz_per_super()[supernode];
        let block = &values[structure.col_ptr_for_val()[supernode]..];
        let pivot = |k: usize| -> f64 { block[(k - start) * (height + 1)].into() };
        let mut k = start;
        while k < end {
            let coupling: f64 = subdiagonal[k].into();
            let (determinant, size) = if coupling == 0.0 {
                (pivot(k), 1)
            } else {
                // Scaled, so that the square does not underflow.
                ((pivot(k) / coupling) * (pivot(k + 1) / coupling) - 1.0, 2)
            };
            if determinant == 0.0 || !determinant.is_finite() {
                return None;
            }
            count += match (size, determinant < 0.0) {
                (_, true) => 1,
                (2, false) if pivot(k) < 0.0 => 2,
                _ => 0,
            };
            k += size;
        }
    }
    Some(count)
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

    fn example() -> (Arc<Chain>, Hamiltonian) {
        let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
        let field: Vec<f64> = (0..10)
            .map(|site| 4.0 * (3.0 * site as f64).sin())
            .collect();
        let hamiltonian = Hamiltonian::new(&chain, &field);
        (chain, hamiltonian)
    }

    /// Each kernel, full and with lanes to spare, and both.
    #[test]
    fn solves_what_it_factorized() {
        let (chain, hamiltonian) = example();
        let dimension = chain.dimension();
        let mut factorization = Factorization::new(&chain);
        for (shift, columns) in [(0.3, 1), (-2.0, 3), (0.3, 4), (1.0, 7), (0.0, 8), (5.0, 11)] {
            factorization.factorize(&hamiltonian, shift).unwrap();
            let right = Mat::from_fn(dimension, columns, |row, column| {
                ((row + 5 * column) as f64).sin()
            });
            let mut solution = right.clone();
            factorization.solve(solution.as_mut());
            let shifted = hamiltonian.dense()
                - faer::Scale(shift) * Mat::<f64>::identity(dimension, dimension);
            assert!((shifted * solution - right).norm_max() < 1e-10);
        }
    }

    #[test]
    fn counts_the_levels_below_in_both_precisions() {
        let (chain, hamiltonian) = example();
        let levels = hamiltonian
            .dense()
            .self_adjoint_eigenvalues(Side::Lower)
            .unwrap();
        let mut factorization = Factorization::new(&chain);
        for below in (0..levels.len()).step_by(9) {
            let energy = match below {
                0 => levels[0] - 1.0,
                _ => f64::midpoint(levels[below - 1], levels[below]),
            };
            assert_eq!(factorization.factorize(&hamiltonian, energy), Some(below));
            assert_eq!(
                factorization.levels_below(&hamiltonian, energy),
                Some(below)
            );
        }
    }
}
