//! Why a window could not be found.

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
