//! Eigenpairs near target energies.
//!
//! A solver is prepared once for a chain and then serves every realization: [`Solver::begin`] does
//! what all windows of a realization share, [`Solver::window`] finds the eigenpairs nearest one
//! energy. A new solver is one file and one line in [`METHODS`].

mod dense;
mod extremes;
mod factorization;
mod filter;
mod lanczos;
mod order;
mod shift_invert;
mod triangular;
mod window;

use std::sync::Arc;

pub use window::Window;

use crate::chain::{Chain, Hamiltonian};

/// Why a realization could not be solved.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Failure {
    /// The Krylov basis reached its largest size before the window was complete.
    #[error("{converged} of {wanted} eigenpairs converged in a Krylov basis of {basis} vectors")]
    NotConverged {
        /// Eigenpairs that did.
        converged: usize,
        /// Eigenpairs asked for.
        wanted: usize,
        /// Vectors in the basis.
        basis: usize,
    },
    /// An eigenpair does not solve H v = E v.
    #[error("residual {residual:.1e} where {allowed:.1e} is allowed")]
    Residual {
        /// The largest ‖H v − E v‖ of the window.
        residual: f64,
        /// The bound.
        allowed: f64,
    },
    /// The levels counted in a window are not those that were found there.
    #[error("{found} eigenpairs found where there are {counted} levels")]
    Incomplete {
        /// Eigenpairs found.
        found: usize,
        /// Levels counted by Sylvester's law of inertia.
        counted: usize,
    },
    /// So many levels are equal to all accuracy that there may be more of them.
    #[error("{copies} levels are equal; there may be more, which only \"dense\" is sure to find")]
    Degenerate {
        /// Equal levels found.
        copies: usize,
    },
    /// The factorization of H − σ broke down.
    #[error("the factorization met a zero pivot: its shift is a level")]
    Singular,
    /// The library's dense eigendecomposition gave up.
    #[error("the dense eigendecomposition did not converge")]
    Dense,
}

/// The lowest and the highest energy of a realization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// E_min.
    pub lowest: f64,
    /// E_max.
    pub highest: f64,
}

impl Bounds {
    /// The energy at density ε = (E − E_min)/(E_max − E_min).
    pub fn energy(&self, density: f64) -> f64 {
        self.lowest + density * self.width()
    }

    /// E_max − E_min.
    pub fn width(&self) -> f64 {
        self.highest - self.lowest
    }
}

/// Finds eigenpairs of the realizations of one chain, one realization after the other.
pub trait Solver {
    /// Turns to another realization.
    ///
    /// # Errors
    /// When its extreme energies cannot be found.
    fn begin(&mut self, hamiltonian: &Hamiltonian) -> Result<Bounds, Failure>;

    /// The `count` eigenpairs nearest `energy` of the realization begun last, ascending.
    ///
    /// # Errors
    /// When they cannot all be found, or one of them is not accurate.
    fn window(&mut self, energy: f64, count: usize) -> Result<Window<'_>, Failure>;
}

/// What a solver is asked to do for each realization, for predictions of its cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Workload {
    /// Chain length L.
    pub sites: usize,
    /// Dimension N of the sector.
    pub dimension: u64,
    /// Windows.
    pub targets: usize,
    /// Eigenpairs in each.
    pub states: usize,
}

/// A way to find eigenpairs.
pub struct Method {
    /// Name in decks and reports.
    pub name: &'static str,
    /// Whether it can do this at all.
    pub serves: fn(&Workload) -> bool,
    /// Predicted seconds on one core.
    pub seconds: fn(&Workload) -> f64,
    /// Predicted bytes.
    pub memory: fn(&Workload) -> f64,
    /// Prepares a solver for a chain.
    pub prepare: fn(&Arc<Chain>) -> Box<dyn Solver>,
}

/// Every method.
pub const METHODS: &[Method] = &[dense::METHOD, shift_invert::METHOD, filter::METHOD];

/// The method that a deck asks for: by name, or for "auto" the cheapest that serves within `memory`
/// bytes.
///
/// A named method that cannot serve a workload — a Krylov basis for most of a small sector — leaves
/// it to the cheapest one that can. Where none fits in memory, the one that needs least is named.
///
/// # Panics
/// For a name that is not in [`METHODS`]; a deck with one is refused.
pub fn choose(name: &str, workload: &Workload, memory: f64) -> &'static Method {
    let asked = METHODS.iter().find(|method| method.name == name);
    assert!(name == "auto" || asked.is_some(), "no solver {name}");
    let serving = || METHODS.iter().filter(|method| (method.serves)(workload));
    asked
        .filter(|method| (method.serves)(workload))
        .or_else(|| {
            serving()
                .filter(|method| (method.memory)(workload) <= memory)
                .min_by(|a, b| (a.seconds)(workload).total_cmp(&(b.seconds)(workload)))
        })
        .or_else(|| serving().min_by(|a, b| (a.memory)(workload).total_cmp(&(b.memory)(workload))))
        .expect("the dense solver serves every sector")
}

/// The largest ‖H v − E v‖ that is accepted, as a fraction of E_max − E_min.
const ACCEPTED_RESIDUAL: f64 = 1e-9;

/// Passes a residual on, or refuses it.
fn accept(residual: f64, bounds: &Bounds) -> Result<f64, Failure> {
    let allowed = ACCEPTED_RESIDUAL * bounds.width().max(f64::MIN_POSITIVE);
    // Written so that a NaN is refused.
    if residual <= allowed {
        Ok(residual)
    } else {
        Err(Failure::Residual { residual, allowed })
    }
}
