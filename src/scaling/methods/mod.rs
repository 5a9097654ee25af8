//! The methods of finite-size scaling.

mod collapse;
pub mod cost;
pub mod crossings;
mod least_squares;
mod line;
mod model;
pub mod polynomial;
pub mod process;
pub mod quality;

pub use collapse::{Collapse, Quality};
pub use line::Line;
pub use model::{Estimate, Indicator, Method, Model};

/// Every method.
pub const METHODS: &[Method] = &[
    quality::METHOD,
    process::METHOD,
    cost::METHOD,
    polynomial::METHOD,
    crossings::METHOD,
];

/// Every parameter that a deck may hold or bound; `h_14` and its like, h* of a length, besides.
pub const PARAMETERS: &[&str] = &[
    "h_c", "nu", "zeta", "b", "w_1", "c_3", "theta_0", "theta_1", "theta_2", "theta_3", "theta_4",
];
