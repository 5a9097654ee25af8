//! The sparse factorization H − σ = L B Lᵀ, where B has blocks of one or two rows on its diagonal.
//!
//! The order of elimination and the structure of L are found once per chain, the values for every
//! realization and shift.

mod bunch_kaufman;
mod contribution;
mod contributors;
mod dense;
mod finished;
mod inertia;
mod matrix;
mod numeric;
mod order;
mod precision;
mod product;
mod region;
mod storage;
mod supernodes;
mod symbolic;
mod tree;
mod triangular;

use std::sync::Arc;

use faer::Side;
use faer::perm::PermRef;
use faer::sparse::SymbolicSparseColMat;
use faer::sparse::linalg::SupernodalThreshold;
use faer::sparse::linalg::cholesky::{
    CholeskySymbolicParams, SymbolicCholeskyRaw, SymmetricOrdering, factorize_symbolic_cholesky,
};
use pulp::Arch;

use crate::chain::{Chain, Hamiltonian};
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;
use crate::eigen::memory::Memory;
use matrix::Matrix;
use numeric::{Pivoting, factorize};
use order::elimination_order;
use supernodes::Structure;
use symbolic::Symbolic;
pub use triangular::Workspace;
use triangular::{Factor, Pivots, Schedule, small, tile};

/// The factorization of H − σ.
pub struct Factorization {
    chain: Arc<Chain>,
    /// The states in their order of elimination.
    order: Vec<usize>,
    /// The place of each state in it.
    places: Vec<usize>,
    symbolic: Symbolic,
    schedule: Schedule,
    /// The values of the factor, or its tiles once it can solve.
    buffer: Memory,
    pivots: Pivots,
    pivoted: Vec<usize>,
}

impl Factorization {
    /// Finds an order with little fill, and the structure of the factor.
    pub fn new(chain: &Arc<Chain>) -> Self {
        let (order, places) = elimination_order(chain);
        let symbolic = Symbolic::new(structure(chain, &order, &places));
        Self {
            buffer: Memory::zeros(symbolic.structure.elements()),
            pivots: Pivots::default(),
            pivoted: Vec::new(),
            chain: chain.clone(),
            order,
            places,
            schedule: Schedule::new(&symbolic, small(symbolic.structure.elements())),
            symbolic,
        }
    }

    /// Factorizes H − σ, and returns the number of levels below σ.
    ///
    /// # Errors
    /// [`Failure::Singular`] when a pivot is zero, which means that σ is a level, and
    /// [`Failure::Interrupted`].
    pub fn factorize(
        &mut self,
        hamiltonian: &Hamiltonian,
        shift: f64,
        interrupt: Interrupt<'_>,
    ) -> Result<usize, Failure> {
        let matrix = Matrix {
            chain: &self.chain,
            order: &self.order,
            places: &self.places,
            exchange: self.chain.exchange(),
            diagonal: self.diagonal(hamiltonian, |level| level - shift),
        };
        let factorized = factorize(&self.symbolic, &matrix, &mut self.buffer, interrupt)?;
        let (Pivoting { subdiagonal, rows }, negative) = factorized;
        self.pivots = tile(&self.symbolic.structure, &mut self.buffer, &subdiagonal);
        self.pivoted = rows;
        Ok(negative)
    }

    /// The number of levels below `energy`, by a factorization in single precision. It takes half
    /// the time and overwrites the factorization for solves.
    ///
    /// The count is that of a Hamiltonian which differs by some 10⁻⁵. It is exact unless a level is
    /// as near to `energy`.
    ///
    /// # Errors
    /// As [`Self::factorize`].
    pub fn levels_below(
        &mut self,
        hamiltonian: &Hamiltonian,
        energy: f64,
        interrupt: Interrupt<'_>,
    ) -> Result<usize, Failure> {
        let matrix = Matrix {
            chain: &self.chain,
            order: &self.order,
            places: &self.places,
            exchange: self.chain.exchange() as f32,
            diagonal: self.diagonal(hamiltonian, |level| (level - energy) as f32),
        };
        let values: &mut [f32] = bytemuck::cast_slice_mut(&mut self.buffer);
        Ok(factorize(&self.symbolic, &matrix, values, interrupt)?.1)
    }

    /// The diagonal elements in the order of elimination.
    fn diagonal<T>(&self, hamiltonian: &Hamiltonian, element: impl Fn(f64) -> T) -> Vec<T> {
        let diagonal = |&state: &usize| element(hamiltonian.diagonal()[state]);
        self.order.iter().map(diagonal).collect()
    }

    /// Elements of the memory for the factor.
    #[cfg(test)]
    pub fn elements(&self) -> usize {
        self.buffer.len()
    }

    /// The states in their order of elimination.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Overwrites the vectors `x`, side by side and in the order of elimination, with (H − σ)⁻¹
    /// `x`.
    pub fn solve<const LANES: usize>(&self, x: &mut [[f64; LANES]], work: &mut Workspace<LANES>) {
        self.factor().solve(Arch::new(), &self.schedule, x, work);
    }

    fn factor(&self) -> Factor<'_> {
        Factor {
            structure: &self.symbolic.structure,
            tiles: &self.buffer,
            pivots: &self.pivots,
            pivoted: &self.pivoted,
        }
    }
}

/// The supernodes of the factor, by faer's symbolic factorization.
fn structure(chain: &Chain, order: &[usize], places: &[usize]) -> Structure {
    let dimension = chain.dimension();
    let mut starts = vec![0];
    let mut rows = Vec::with_capacity(dimension + chain.exchanges() / 2);
    for column in 0..dimension {
        rows.push(column);
        rows.extend(below(chain, column));
        starts.push(rows.len());
    }
    let pattern = SymbolicSparseColMat::new_checked(dimension, dimension, starts, None, rows);
    let symbolic = factorize_symbolic_cholesky(
        pattern.as_ref(),
        Side::Lower,
        SymmetricOrdering::Custom(PermRef::new_checked(order, places, dimension)),
        CholeskySymbolicParams {
            supernodal_flop_ratio_threshold: SupernodalThreshold::FORCE_SUPERNODAL,
            ..Default::default()
        },
    )
    .expect("the indices of a sector that fits in memory do not overflow");
    match symbolic.raw() {
        SymbolicCholeskyRaw::Supernodal(supernodal) => Structure::new(supernodal),
        SymbolicCholeskyRaw::Simplicial(_) => unreachable!("the supernodal form was forced"),
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
    use crate::eigen::interrupt::uninterrupted;

    fn example() -> (Arc<Chain>, Hamiltonian) {
        let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
        let field: Vec<f64> = (0..10)
            .map(|site| 4.0 * (3.0 * f64::from(site)).sin())
            .collect();
        let hamiltonian = Hamiltonian::new(&chain, &field);
        (chain, hamiltonian)
    }

    /// Solves for a few right-hand sides, and returns the factorization that did it.
    fn assert_solves<const LANES: usize>(shift: f64) -> Factorization {
        let (chain, hamiltonian) = example();
        let dimension = chain.dimension();
        let mut factorization = Factorization::new(&chain);
        factorization
            .factorize(&hamiltonian, shift, &uninterrupted)
            .unwrap();
        let right = right_sides::<LANES>(&factorization);
        let mut x = right.clone();
        factorization.solve(&mut x, &mut Workspace::default());
        let order = factorization.order();
        let dense = |x: &[[f64; LANES]]| {
            let mut dense = Mat::zeros(dimension, LANES);
            for (&row, x) in order.iter().zip(x) {
                for lane in 0..LANES {
                    dense[(row, lane)] = x[lane];
                }
            }
            dense
        };
        let shifted =
            hamiltonian.dense() - faer::Scale(shift) * Mat::<f64>::identity(dimension, dimension);
        let solution = dense(&x);
        let allowed = 1e-12 * (1.0 + solution.norm_max());
        assert!((shifted * solution - dense(&right)).norm_max() < allowed);
        factorization
    }

    fn right_sides<const LANES: usize>(factorization: &Factorization) -> Vec<[f64; LANES]> {
        (factorization.order().iter())
            .map(|&row| std::array::from_fn(|lane| ((row + 5 * lane) as f64).sin()))
            .collect()
    }

    /// Away from levels and near one, from some shifts with 2 × 2 pivots.
    #[test]
    fn solves_what_it_factorized() {
        let levels = example().1.dense().self_adjoint_eigenvalues(Side::Lower);
        let near = levels.unwrap()[126] + 1e-6;
        let mut pairs = 0;
        for shift in [0.3, -2.0, 1.0, 0.0, 5.0, near] {
            assert_solves::<1>(shift);
            assert_solves::<4>(shift);
            pairs += assert_solves::<8>(shift).pivots.pairs();
        }
        assert!(pairs > 0);
    }

    #[test]
    fn solutions_are_the_same_for_each_instruction_set() {
        fn assert_same<const LANES: usize>(factorization: &Factorization) {
            let right = right_sides::<LANES>(factorization);
            let solved = |arch| {
                let mut x = right.clone();
                let (factor, schedule) = (factorization.factor(), &factorization.schedule);
                factor.solve(arch, schedule, &mut x, &mut Workspace::default());
                x
            };
            let expected = solved(Arch::Scalar);
            assert_eq!(solved(Arch::new()), expected);
            #[cfg(target_arch = "x86_64")]
            if let Some(narrow) = pulp::x86::V3::try_new() {
                assert_eq!(solved(Arch::V3(narrow)), expected);
            }
        }
        let factorization = assert_solves::<1>(0.3);
        assert_same::<1>(&factorization);
        assert_same::<4>(&factorization);
        assert_same::<8>(&factorization);
    }

    /// Many steps of all kinds give the same solutions up to rounding, and the same bits for any
    /// number of threads.
    #[test]
    fn steps_of_small_subtrees_and_of_blocks_solve_the_same() {
        let chain = Arc::new(Chain::new(14, 1.0, Boundary::Periodic));
        let field: Vec<f64> = (0..14)
            .map(|site| 3.0 * f64::from(site * site).sin())
            .collect();
        let mut factorization = Factorization::new(&chain);
        (factorization.factorize(&Hamiltonian::new(&chain, &field), 0.3, &uninterrupted)).unwrap();
        let right = right_sides::<8>(&factorization);
        let solved = |small| {
            let schedule = Schedule::new(&factorization.symbolic, small);
            let (mut x, mut work) = (right.clone(), Workspace::default());
            (factorization.factor()).solve(Arch::new(), &schedule, &mut x, &mut work);
            x
        };
        let expected = solved(usize::MAX);
        let largest = expected
            .iter()
            .flatten()
            .fold(0.0, |most: f64, x| most.max(x.abs()));
        for small in [0, 300, 10_000] {
            let found = solved(small);
            for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
                assert!((found - expected).abs() < 1e-11 * largest, "{small}");
            }
            assert_eq!(solved(small), found);
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
            let counted = factorization.factorize(&hamiltonian, energy, &uninterrupted);
            assert_eq!(counted, Ok(below));
            let counted = factorization.levels_below(&hamiltonian, energy, &uninterrupted);
            assert_eq!(counted, Ok(below));
        }
    }
}
