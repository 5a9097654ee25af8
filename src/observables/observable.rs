//! What every observable has.

use std::fmt;
use std::sync::Arc;

use crate::chain::Chain;
use crate::eigen::Window;

/// An observable, prepared for a chain.
pub trait Observable {
    /// The values of a window over the axes of its [`Description`], the last axis fastest. Collective. NaN
    /// where one has no value.
    fn evaluate(&mut self, window: &Window) -> Vec<f64>;
}

/// What the values of an observable run over, beyond the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Eigenstate of the window, in ascending energy.
    State,
    /// Site of the chain.
    Site,
    /// Distance between two sites: 1, 2, … L/2.
    Distance,
}

impl Axis {
    /// Its length for chains of `sites` sites and windows of `states` states.
    pub fn length(self, sites: usize, states: usize) -> usize {
        match self {
            Self::State => states,
            Self::Site => sites,
            Self::Distance => sites / 2,
        }
    }
}

/// What is known of an observable before any chain.
pub struct Description {
    /// Name in decks and files.
    pub name: &'static str,
    /// Unit of the values.
    pub units: &'static str,
    /// One sentence for the reader of a file.
    pub description: &'static str,
    /// Whether it depends on the states. It has no value where equal levels leave them undefined.
    pub of_states: bool,
    /// What the values run over, the last axis fastest.
    pub axes: &'static [Axis],
    /// Prepares it for a chain.
    pub prepare: fn(&Arc<Chain>) -> Box<dyn Observable>,
}

impl Description {
    /// The number of values of a window.
    pub fn values(&self, sites: usize, states: usize) -> usize {
        let lengths = self.axes.iter().map(|axis| axis.length(sites, states));
        lengths.product()
    }
}

impl fmt::Debug for Description {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Description({})", self.name)
    }
}
