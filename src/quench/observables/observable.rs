//! What every observable of a quench has.

use std::fmt;
use std::sync::Arc;

use crate::chain::Chain;
use crate::deck::Spectrum;
use crate::observables::{Axis, Shared};
use crate::quench::state::States;

/// An observable, prepared for a chain.
pub trait Observable {
    /// The values of some states over the axes of its [`Description`], one state after the other.
    /// Collective.
    fn evaluate(&mut self, states: &States, shared: &mut Shared) -> Vec<f64>;
}

/// What is known of an observable before any chain.
pub struct Description {
    /// Name in decks. In files it follows "quench_".
    pub name: &'static str,
    /// Unit of the values.
    pub units: &'static str,
    /// One sentence for the reader of a file.
    pub description: &'static str,
    /// What the values of a state at one time run over: sites or distances, if anything.
    pub axes: &'static [Axis],
    /// Prepares it for a chain.
    pub prepare: fn(&Arc<Chain>) -> Box<dyn Observable>,
}

impl Description {
    /// The number of values of a state at one time.
    pub fn values(&self, sites: usize) -> usize {
        let lengths = self
            .axes
            .iter()
            .map(|axis| axis.length(sites, &Spectrum::none()));
        lengths.product()
    }
}

impl fmt::Debug for Description {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Description({})", self.name)
    }
}
