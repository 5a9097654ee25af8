//! Which data are gathered from a source.

use super::sample::SAME;
use super::target::Target;
use crate::deck::{Scaling, Source};
use crate::error::Error;

/// Chain lengths and disorder strengths that a fit uses.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Chain lengths; empty for all.
    pub sizes: Vec<usize>,
    /// The shortest chain length that is used.
    pub shortest: usize,
    /// The lowest and the highest disorder strength, both included.
    pub window: [f64; 2],
}

impl Selection {
    /// The selection of the deck.
    pub fn new(scaling: &Scaling) -> Self {
        Self {
            sizes: scaling.sizes.clone(),
            shortest: 0,
            window: scaling.window,
        }
    }

    /// Whether a chain length is selected.
    pub fn has_size(&self, sites: usize) -> bool {
        sites >= self.shortest && (self.sizes.is_empty() || self.sizes.contains(&sites))
    }

    /// Whether a disorder strength is selected.
    pub fn has_strength(&self, strength: f64) -> bool {
        let [from, to] = self.window;
        (from - SAME..=to + SAME).contains(&strength)
    }
}

/// The data of one target at one energy density of one source.
pub struct Request<'a> {
    /// The deck's table.
    pub scaling: &'a Scaling,
    /// Where the data come from.
    pub source: &'a Source,
    /// Chain lengths and disorder strengths.
    pub selection: &'a Selection,
    /// The indicator.
    pub target: &'a Target,
    /// Energy density ε; none for means without one.
    pub energy_density: Option<f64>,
}

impl Request<'_> {
    /// An error of these data, with the words that identify them.
    pub fn refusal(&self, error: Error) -> Error {
        let at = self
            .energy_density
            .map_or(String::new(), |value| format!(" at ε = {value}"));
        Error::Refused(format!(
            "scaling of {}{at} ({} data): {error}",
            self.target.name,
            self.source.name()
        ))
    }
}
