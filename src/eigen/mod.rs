//! Eigenpairs near target energies.
//!
//! A solver is prepared once for a chain and then serves every realization: [`Solver::begin`] does
//! what all windows of a realization share, [`Solver::window`] finds the eigenpairs nearest one
//! energy. A new solver is one file and one line in [`METHODS`].

mod accept;
mod dense;
mod extremes;
mod factorization;
mod filter;
mod interrupt;
mod lanczos;
mod orthonormal;
mod projected;
mod shift_invert;
mod window;

use std::sync::Arc;

pub use factorization::Factorization;
pub use interrupt::{Interrupt, uninterrupted};
pub use lanczos::{Ritz, Settings, lanczos};
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
    /// Two eigenstates overlap, or one is not normalized.
    #[error("|VᵀV - 1| = {overlap:.1e} of the eigenstates where {allowed:.1e} is allowed")]
    Orthogonality {
        /// The largest element of |VᵀV − 1| of the window.
        overlap: f64,
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
    /// All levels are equal.
    #[error("the spectrum has no width, so no energy density is defined")]
    NoWidth,
    /// The library's dense eigendecomposition gave up.
    #[error("the dense eigendecomposition did not converge")]
    Dense,
    /// The interrupt came. It says nothing about the realization, and is not for trying again.
    #[error("the computation was interrupted")]
    Interrupted,
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
///
/// The bits of an answer depend on its realization, energy and count alone: not on what the solver
/// was asked before, nor on whether that was interrupted.
pub trait Solver {
    /// Turns to another realization.
    ///
    /// # Errors
    /// When its extreme energies cannot be found, or [`Failure::Interrupted`]: there is no
    /// realization to ask for windows of then.
    fn begin(
        &mut self,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
    ) -> Result<Bounds, Failure>;

    /// The `count` eigenpairs nearest `energy` of the realization begun last, ascending.
    ///
    /// # Errors
    /// When they cannot all be found, or one of them is not accurate; [`Failure::Interrupted`] soon
    /// after `interrupt` first says so.
    ///
    /// # Panics
    /// Where no realization was begun.
    fn window(
        &mut self,
        energy: f64,
        count: usize,
        interrupt: Interrupt<'_>,
    ) -> Result<Window<'_>, Failure>;
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
    /// Predicted seconds in which a solver is prepared.
    pub preparation: fn(&Workload) -> f64,
    /// Prepares a solver for a chain.
    pub prepare: fn(&Arc<Chain>) -> Box<dyn Solver>,
}

/// Every method.
pub const METHODS: &[Method] = &[dense::METHOD, shift_invert::METHOD, filter::METHOD];

/// No method may be used in the memory that there is.
pub struct Shortage<'m> {
    /// The method that was asked for; for "auto" the one that needs least.
    pub method: &'m Method,
    /// The cheapest other method that would fit.
    pub fitting: Option<&'m Method>,
}

/// The one of `methods` that a deck asks for: by name, or for "auto" the cheapest by `seconds` of
/// those that serve within `memory` bytes; of two that cost the same, the first.
///
/// A named method that cannot serve a workload — a Krylov basis for most of a small sector — leaves
/// it to the cheapest one that can.
///
/// # Errors
/// [`Shortage`] when the method named does not fit in memory, or for "auto" none does.
///
/// # Panics
/// When no method serves the workload; the dense solver serves every one.
pub fn choose<'m>(
    methods: &'m [Method],
    name: &str,
    workload: &Workload,
    memory: f64,
    seconds: impl Fn(&Method) -> f64,
) -> Result<&'m Method, Shortage<'m>> {
    let serving = || methods.iter().filter(|method| (method.serves)(workload));
    let fits = |method: &&Method| (method.memory)(workload) <= memory;
    let fitting = serving()
        .filter(fits)
        .min_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    let asked = serving().find(|method| method.name == name);
    asked
        .filter(fits)
        .or(fitting.filter(|_| asked.is_none()))
        .ok_or_else(|| {
            let least =
                serving().min_by(|a, b| (a.memory)(workload).total_cmp(&(b.memory)(workload)));
            Shortage {
                method: asked.or(least).expect("a method serves every sector"),
                fitting,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AMPLE: f64 = 1e12;

    fn workload(sites: usize, targets: usize, states: usize) -> Workload {
        Workload {
            sites,
            dimension: crate::chain::sector_dimension(sites),
            targets,
            states,
        }
    }

    fn chosen(name: &str, workload: &Workload, memory: f64) -> &'static str {
        let seconds = |method: &Method| (method.seconds)(workload);
        match choose(METHODS, name, workload, memory, seconds) {
            Ok(method) => method.name,
            Err(shortage) => panic!("{} does not fit", shortage.method.name),
        }
    }

    /// At L = 12 one full diagonalization is cheaper than 19 factorizations, but not than one.
    #[test]
    fn many_windows_share_one_dense_solve() {
        assert_eq!(chosen("auto", &workload(12, 19, 100), AMPLE), "dense");
        assert_ne!(chosen("auto", &workload(12, 1, 100), AMPLE), "dense");
        assert_ne!(chosen("auto", &workload(16, 19, 100), AMPLE), "dense");
    }

    #[test]
    fn the_machine_can_turn_the_choice() {
        let one_window = workload(12, 1, 100);
        let slow_sparse = |method: &Method| {
            let factor = if method.name == "dense" { 1.0 } else { 100.0 };
            factor * (method.seconds)(&one_window)
        };
        let found = choose(METHODS, "auto", &one_window, AMPLE, slow_sparse);
        assert!(found.is_ok_and(|method| method.name == "dense"));
    }

    #[test]
    fn a_named_method_is_taken_where_it_serves() {
        assert_eq!(chosen("dense", &workload(12, 1, 100), AMPLE), "dense");
        let most_of_a_sector = workload(8, 1, 60);
        assert_eq!(chosen("shift-invert", &most_of_a_sector, AMPLE), "dense");
    }

    /// A budget between the needs of two methods leaves one; below all of them there is none.
    #[test]
    fn memory_decides_before_time() {
        let many_windows = workload(12, 19, 100);
        let need = |name: &str| {
            let method = METHODS.iter().find(|method| method.name == name).unwrap();
            (method.memory)(&many_windows)
        };
        let (dense, sparse) = (need("dense"), need("shift-invert"));
        assert!(sparse < dense);
        let between = f64::midpoint(sparse, dense);
        assert_ne!(chosen("auto", &many_windows, between), "dense");

        let seconds = |method: &Method| (method.seconds)(&many_windows);
        let short = choose(METHODS, "dense", &many_windows, between, seconds);
        let short = short.err().unwrap();
        assert_eq!(short.method.name, "dense");
        assert_ne!(short.fitting.unwrap().name, "dense");

        let none = choose(METHODS, "auto", &many_windows, 1.0, seconds);
        let none = none.err().unwrap();
        let least = METHODS.iter().map(|method| (method.memory)(&many_windows));
        let least = least.fold(f64::INFINITY, f64::min);
        assert_eq!((none.method.memory)(&many_windows), least);
        assert!(none.fitting.is_none());
    }
}
