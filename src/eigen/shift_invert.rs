//! Shift-invert: the levels nearest σ are the largest eigenvalues θ = 1/(E − σ) of (H − σ)⁻¹.

use std::sync::Arc;

use faer::Mat;

use super::extremes::extremes;
use super::factorization::Factorization;
use super::lanczos::{Settings, Wanted, lanczos};
use super::window::residual;
use super::{Bounds, Failure, Method, Solver, Window, Workload, accept};
use crate::chain::{Chain, Hamiltonian};

/// Sparse factorization and block Lanczos.
pub const METHOD: Method = Method {
    name: "shift-invert",
    serves: |workload| 4 * workload.states as u64 <= workload.dimension,
    seconds,
    memory,
    prepare: |chain| Box::new(ShiftInvert::new(chain)),
};

/// Right-hand sides solved at once: each solve streams the factor through memory once.
const BLOCK: usize = 4;

/// ‖(H − σ)⁻¹ v − θ v‖ as a fraction of |θ|: bounds ‖H v − E v‖ by as much of ‖H − σ‖.
const TOLERANCE: f64 = 1e-11;

/// The largest Krylov basis for so many states.
fn largest_basis(states: usize) -> usize {
    6 * states + 60
}

/// Elements of the factor, from exact symbolic counts of periodic chains in minimum-degree order.
fn factor_elements(workload: &Workload) -> f64 {
    0.27 * (workload.dimension as f64).powf(1.86)
}

/// Fitted to 0.09 s, 0.4 s and 4.9 s for 100 states of L = 12, 14, 16 on one core: factorization,
/// solves that stream the factor, orthogonalization, and the small matrix.
fn seconds(workload: &Workload) -> f64 {
    let dimension = workload.dimension as f64;
    let basis = 2.8 * workload.states as f64;
    let factorization = 1e-11 * dimension.powf(2.75);
    let solves = 5.5e-10 * factor_elements(workload) * basis;
    let orthogonalization = 6e-10 * dimension * basis * basis + 1.5e-9 * basis.powi(3);
    2e-6 * dimension + workload.targets as f64 * (factorization + solves + orthogonalization)
}

/// The factor and the work space of its making, the basis and the states: 270 MB measured at L = 16.
fn memory(workload: &Workload) -> f64 {
    let vectors = 3.5 * workload.states as f64 + 40.0;
    8.0 * (2.4 * factor_elements(workload) + workload.dimension as f64 * vectors)
}

struct ShiftInvert {
    factorization: Factorization,
    current: Option<Realization>,
}

struct Realization {
    hamiltonian: Hamiltonian,
    bounds: Bounds,
    energies: Vec<f64>,
    states: Mat<f64>,
}

impl ShiftInvert {
    fn new(chain: &Arc<Chain>) -> Self {
        Self {
            factorization: Factorization::new(chain, BLOCK),
            current: None,
        }
    }
}

impl Solver for ShiftInvert {
    fn begin(&mut self, hamiltonian: &Hamiltonian) -> Result<Bounds, Failure> {
        self.current = None;
        let bounds = extremes(hamiltonian)?;
        self.current = Some(Realization {
            hamiltonian: hamiltonian.clone(),
            bounds,
            energies: Vec::new(),
            states: Mat::new(),
        });
        Ok(bounds)
    }

    fn window(&mut self, energy: f64, count: usize) -> Result<Window<'_>, Failure> {
        let current = self.current.as_mut().expect("a realization was begun");
        let hamiltonian = &current.hamiltonian;
        let factorization = &mut self.factorization;
        factorization.factorize(hamiltonian, energy);
        let settings = Settings {
            wanted: Wanted::LargestModulus(count),
            block: BLOCK,
            tolerance: TOLERANCE,
            largest_basis: largest_basis(count),
        };
        let ritz = lanczos(hamiltonian.dimension(), &settings, |x, mut y| {
            y.copy_from(x);
            factorization.solve(y);
        })?;
        (current.energies, current.states) = ascending(hamiltonian, ritz.vectors.as_ref());
        Ok(Window {
            energies: &current.energies,
            states: current.states.as_ref(),
            residual: accept(
                residual(hamiltonian, &current.energies, current.states.as_ref()),
                &current.bounds,
            )?,
        })
    }
}

/// The states and their energies ⟨v|H|v⟩, whose error is the square of the states', in ascending
/// order.
fn ascending(hamiltonian: &Hamiltonian, states: faer::MatRef<'_, f64>) -> (Vec<f64>, Mat<f64>) {
    let mut images = Mat::zeros(states.nrows(), states.ncols());
    hamiltonian.apply(states, images.as_mut());
    let quotient = |k: usize| {
        let state = states.col(k);
        state.transpose() * images.col(k) / state.squared_norm_l2()
    };
    let mut pairs: Vec<(f64, usize)> = (0..states.ncols()).map(|k| (quotient(k), k)).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let sorted = Mat::from_fn(states.nrows(), states.ncols(), |row, k| {
        states[(row, pairs[k].1)]
    });
    (
        pairs.into_iter().map(|(energy, _)| energy).collect(),
        sorted,
    )
}
