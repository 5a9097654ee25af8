//! The smallest cost within ranges of parameters.
//!
//! The cost of a collapse jumps wherever a point gets neighbours on another curve, or loses them. A
//! simplex alone would stop at the nearest jump. [`minimise`] therefore starts from a population
//! that covers all ranges. No result depends on a start value, and a refit can leave the valley of
//! the fit. Costs with a gradient use [`descend`], from the [`valleys`] of a grid.

mod descent;
mod evolution;
mod global;
mod grid;
mod minimum;
mod range;
mod simplex;

pub use descent::descend;
pub use global::minimise;
pub use grid::valleys;
pub use range::{Range, restricted};
