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
    /// What becomes of results that do not belong to the deck.
    pub stale: Stale,
}

/// What a stage does with data, networks and predictions that do not belong to its deck or to each
/// other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stale {
    /// It ends with an error.
    #[default]
    Refuse,
    /// It warns and uses them.
    Use,
}
