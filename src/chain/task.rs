//! The identity of a unit of work: one realization of one chain.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::deck::Split;
use crate::error::number;

/// One realization. Its random field depends on these values and the seed alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Chain length L.
    pub sites: usize,
    /// Disorder strength h.
    pub strength: f64,
    /// Whether it trains networks or tests them.
    pub split: Split,
    /// Its number among the realizations of the same size, strength and split.
    pub realization: u32,
}

impl fmt::Display for Task {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "L = {}, h = {}, {} realization {}",
            self.sites,
            number(self.strength),
            self.split.name(),
            self.realization
        )
    }
}
