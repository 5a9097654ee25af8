//! Why a solver failed.

/// Why a realization could not be solved.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Failure {
    /// The Krylov basis reached its largest size before the window was complete.
    #[error("{converged} of {wanted} eigenpairs converged in a Krylov basis of {basis} vectors")]
    NotConverged {
        /// Eigenpairs that converged.
        converged: usize,
        /// Eigenpairs wanted.
        wanted: usize,
        /// Vectors in the basis.
        basis: usize,
    },
    /// An eigenpair does not solve H v = E v.
    #[error("an eigenpair has the residual {residual:.1e}, and {allowed:.1e} is allowed")]
    Residual {
        /// The largest ‖H v − E v‖ of the window.
        residual: f64,
        /// The largest that is accepted.
        allowed: f64,
    },
    /// Two eigenstates overlap, or one is not normalized.
    #[error("the eigenstates have |VᵀV - 1| = {overlap:.1e}, and {allowed:.1e} is allowed")]
    Orthogonality {
        /// The largest element of |VᵀV − 1| of the window.
        overlap: f64,
        /// The largest that is accepted.
        allowed: f64,
    },
    /// The number of levels counted in a window is not the number found there.
    #[error(
        "{found} eigenpairs were found among {counted} levels, and where many levels are equal, only \
         solver = \"dense\" is sure to find all of them"
    )]
    Incomplete {
        /// Eigenpairs found.
        found: usize,
        /// Levels counted by Sylvester's law of inertia.
        counted: usize,
    },
    /// So many levels are equal within rounding that there may be more of them.
    #[error(
        "{copies} levels are equal, and only solver = \"dense\" is sure to find all such levels"
    )]
    Degenerate {
        /// Equal levels found.
        copies: usize,
    },
    /// The shift of H − σ is a level within rounding.
    #[error("the shift of the factorization is a level")]
    Singular,
    /// The norm or the energy of a state that evolves has changed.
    #[error("a state changed its norm or energy by {drift:.1e}, and {allowed:.1e} is allowed")]
    Drift {
        /// The change of the norm, with that of the energy over half the width of the spectrum.
        drift: f64,
        /// The largest that is accepted.
        allowed: f64,
    },
    /// All levels are equal.
    #[error("all levels are equal, so no energy density is defined")]
    NoWidth,
    /// The library's dense eigendecomposition did not converge.
    #[error("the dense eigendecomposition did not converge")]
    Dense,
    /// The interrupt came. This says nothing about the realization, and no solver tries again.
    #[error("the computation was interrupted")]
    Interrupted,
}
