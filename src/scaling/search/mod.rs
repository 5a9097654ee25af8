//! The smallest cost within ranges of parameters.
//!
//! The cost of a collapse jumps wherever a point gets neighbours on another curve, or loses them. A
//! simplex alone would stop at the nearest jump. [`minimise`] therefore starts from a population
//! that covers all ranges. No result depends on a start value, and a refit can leave the valley of
//! the fit. The population also holds the best parameters of narrower models, so that a wider model
//! never costs more. A cost that is constant between jumps gives a simplex no slope, and a random walk
//! replaces it. Costs with a gradient use [`descend`], from the [`valleys`] of a grid.

mod descent;
mod evolution;
mod global;
mod grid;
mod minimum;
mod range;
mod simplex;
mod walk;

pub use descent::descend;
pub use global::{Surface, minimise};
pub use grid::valleys;
pub use minimum::Minimum;
pub use range::{Range, contains, restricted};
