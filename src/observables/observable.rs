//! What every observable has.

use std::fmt;
use std::sync::Arc;

use super::bins::{ELEMENTS, RATIOS, SPINS};
use super::shared::Shared;
use crate::chain::{Chain, sector_dimension};
use crate::deck::Spectrum;
use crate::eigen::Window;

/// An observable, prepared for a chain.
pub trait Observable {
    /// The values of a window over the axes of its [`Description`], the last axis fastest. Collective. NaN
    /// where one has no value.
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64>;
}

/// What the values of an observable run over, beyond the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Eigenstate of the window, in ascending energy.
    State,
    /// Eigenstate of the window, and the next one.
    Pair,
    /// Site of the chain.
    Site,
    /// Distance between two sites: 1, 2, … L/2.
    Distance,
    /// Sites in the first part of a chain that is cut in two: 1, 2, … L − 1.
    Cut,
    /// Number of a value in a list of 2^{L/2}.
    Level,
    /// Order q of an entropy, from the deck.
    Order,
    /// Ratio of two gaps, in bins.
    RatioBin,
    /// Expectation value of σᶻ, in bins.
    SpinBin,
    /// Logarithm of a matrix element, in bins.
    ElementBin,
}

impl Axis {
    /// Its length for chains of `sites` sites.
    pub fn length(self, sites: usize, spectrum: &Spectrum) -> usize {
        let states = spectrum.states.of(sector_dimension(sites));
        match self {
            Self::State => states,
            Self::Pair => states - 1,
            Self::Site => sites,
            Self::Distance => sites / 2,
            Self::Cut => sites - 1,
            Self::Level => 1 << (sites / 2),
            Self::Order | Self::RatioBin | Self::SpinBin | Self::ElementBin => {
                self.values(spectrum).len()
            }
        }
    }

    /// What its places stand for; empty if they only count.
    pub fn values(self, spectrum: &Spectrum) -> Vec<f64> {
        match self {
            Self::Order => spectrum.orders.clone(),
            Self::RatioBin => RATIOS.centres(),
            Self::SpinBin => SPINS.centres(),
            Self::ElementBin => ELEMENTS.centres(),
            _ => Vec::new(),
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
    pub prepare: fn(&Arc<Chain>, &Spectrum) -> Box<dyn Observable>,
}

impl Description {
    /// The number of values of a window.
    pub fn values(&self, sites: usize, spectrum: &Spectrum) -> usize {
        let lengths = self.axes.iter().map(|axis| axis.length(sites, spectrum));
        lengths.product()
    }
}

impl fmt::Debug for Description {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Description({})", self.name)
    }
}
