//! The result of a search.

/// The smallest cost found.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    /// The parameters, or their fractions of the ranges in searches of the unit cube.
    pub parameters: Vec<f64>,
    /// The cost there.
    pub cost: f64,
}
