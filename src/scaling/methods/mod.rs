//! The methods of finite-size scaling.

pub mod cost;
pub mod crossings;
mod fitted_curve;
mod least_squares;
mod master_curve;
mod model;
mod nested;
pub mod polynomial;
pub mod process;
pub mod quality;

pub use fitted_curve::FittedCurve;
pub use master_curve::{Collapse, MasterCurve};
pub use model::{Estimate, IndicatorCurves, Method, ScalingModel, ranges};
pub use nested::NestedFits;

/// Every method.
pub static METHODS: &[Method] = &[
    quality::METHOD,
    process::METHOD,
    cost::METHOD,
    polynomial::METHOD,
    crossings::METHOD,
];

/// Every parameter that a deck may hold or bound. `h_14`, the critical strength of one length, and
/// its like are allowed besides.
pub const PARAMETERS: &[&str] = &[
    "h_c", "nu", "zeta", "b", "w_1", "c_3", "theta_0", "theta_1", "theta_2", "theta_3", "theta_4",
];
