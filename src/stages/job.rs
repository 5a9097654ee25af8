//! What the stages work on.

use crate::learn::Architecture;
use crate::plan::Plan;
use crate::scaling::Method;

/// A planned deck, and what the names of its later stages stand for.
pub struct Job {
    /// What the run does.
    pub plan: Plan,
    /// The networks that it trains, if any.
    pub architecture: Option<Architecture>,
    /// The methods of scaling that it uses.
    pub methods: Vec<&'static Method>,
}
