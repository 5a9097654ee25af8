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
use faer::{Side, get_global_parallelism};

use super::order::elimination_order;
use super::triangular::{Factor, Layout, Pivots};
use crate::chain::{Chain, Hamiltonian};

/// The factorization of H − σ with pivoting inside supernodes (Bunch–Kaufman), which keeps the
/// accuracy that an unpivoted factor of an indefinite matrix loses.
pub struct Factorization {
    pattern: SymbolicSparseColMat<usize>,
    symbolic: SymbolicCholesky<usize>,
    /// Lower triangle of H − σ, column by column.
    elements: Vec<f64>,
    layout: Layout,
    /// The factor, in the form of the layout's tiles once it can solve.
    values: Vec<f64>,
    subdiagonal: Vec<f64>,
    pivots: Pivots,
    pivoted: Vec<usize>,
    pivoted_inverse: Vec<usize>,
    scratch: MemBuffer,
    /// States in their order of elimination.
    order: Vec<usize>,
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
        let layout = Layout::new(structure(&symbolic));
        Self {
            elements,
            values: vec![0.0; layout.elements()],
            layout,
            subdiagonal: vec![0.0; dimension],
            pivots: Pivots::default(),
            pivoted: vec![0; dimension],
            pivoted_inverse: vec![0; dimension],
            scratch: MemBuffer::new(numeric),
            order,
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
            self.layout.values(&mut self.values),
            &mut self.subdiagonal,
            &mut self.pivoted,
            &mut self.pivoted_inverse,
            SparseColMatRef::new(self.pattern.as_ref(), &self.elements),
            Side::Lower,
            get_global_parallelism(),
            MemStack::new(&mut self.scratch),
            Default::default(),
        );
        let values = self.layout.values(&mut self.values);
        let below = negative(structure(&self.symbolic), values, &self.subdiagonal);
        self.layout
            .tile(&mut self.values, &self.subdiagonal, &mut self.pivots);
        below
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
            &mut self.pivoted,
            &mut self.pivoted_inverse,
            SparseColMatRef::new(self.pattern.as_ref(), &elements),
            Side::Lower,
            get_global_parallelism(),
            MemStack::new(&mut self.scratch),
            Default::default(),
        );
        negative(structure(&self.symbolic), values, &subdiagonal)
    }

    /// The states in their order of elimination.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Overwrites the vectors `x`, side by side and in the order of elimination, with (H − σ)⁻¹ `x`.
    /// `work` is work space.
    pub fn solve<const LANES: usize>(&self, x: &mut [[f64; LANES]], work: &mut Vec<[f64; LANES]>) {
        let factor = Factor {
            layout: &self.layout,
            tiles: &self.values,
            pivots: &self.pivots,
            pivoted: &self.pivoted,
        };
        factor.solve(x, work);
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

    fn assert_solves<const LANES: usize>(shift: f64) {
        let (chain, hamiltonian) = example();
        let dimension = chain.dimension();
        let mut factorization = Factorization::new(&chain);
        factorization.factorize(&hamiltonian, shift).unwrap();
        let right = Mat::from_fn(dimension, LANES, |row, lane| {
            ((row + 5 * lane) as f64).sin()
        });
        let order = factorization.order().to_vec();
        let mut x: Vec<[f64; LANES]> = order
            .iter()
            .map(|&row| std::array::from_fn(|lane| right[(row, lane)]))
            .collect();
        factorization.solve(&mut x, &mut Vec::new());
        let mut solution = Mat::zeros(dimension, LANES);
        for (&row, x) in order.iter().zip(&x) {
            for lane in 0..LANES {
                solution[(row, lane)] = x[lane];
            }
        }
        let shifted =
            hamiltonian.dense() - faer::Scale(shift) * Mat::<f64>::identity(dimension, dimension);
        assert!((shifted * solution - right).norm_max() < 1e-10);
    }

    #[test]
    fn solves_what_it_factorized() {
        for shift in [0.3, -2.0, 1.0, 0.0, 5.0] {
            assert_solves::<1>(shift);
            assert_solves::<4>(shift);
            assert_solves::<8>(shift);
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
