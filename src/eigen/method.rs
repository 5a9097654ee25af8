//! Ways to find eigenpairs, what they cost, and the choice between them.

use std::sync::Arc;

use super::solver::Solver;
use crate::chain::Chain;

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
