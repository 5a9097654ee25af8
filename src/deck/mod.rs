//! The input deck: TOML, typed, one to one.
//!
//! A deck has a few top-level keys and a table for each stage. One with only some of the tables
//! describes only those stages. docs/deck.md lists every key with its unit and default.
//!
//! Values are parsed when the deck is read. Names of solvers, indicators, networks and methods stay
//! text here, because the rooms that register them stand above. `check` resolves them.

mod chain;
mod count;
mod disorder;
mod grid;
mod learn;
mod load;
mod model;
mod normalisation;
mod predict;
mod run;
mod scaling;
mod spectrum;
mod split;
mod study;
mod units;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use crate::error::Problem;
pub use chain::{Boundary, Chain};
pub use count::Count;
pub use disorder::{Disorder, DisorderKind, Realizations};
pub use grid::Grid;
pub use learn::{Learn, LossKind, OptimizerKind, Schedule, Symmetry, Validation};
pub use load::{LoadedDeck, load, parse};
pub use model::{Input, Model, Outputs};
pub use normalisation::Normalisation;
pub use predict::Predict;
pub use run::Run;
pub use scaling::{Bounds, Drift, Growth, Scaling, Scan, Source};
pub use spectrum::{Spectrum, States};
pub use split::Split;
pub use study::Study;
pub use units::{Memory, Time};

/// The version of the deck format that this program reads.
pub const VERSION: u32 = 1;

/// A deck as it was written, defaults filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deck {
    /// Version of the deck format: [`VERSION`].
    pub version: u32,
    /// A name for reports and provenance.
    pub name: String,
    /// The directory that all results go to.
    pub output: PathBuf,
    /// What the run may use.
    #[serde(default)]
    pub run: Run,
    /// The chains.
    pub chain: Option<Chain>,
    /// Their random fields.
    pub disorder: Option<Disorder>,
    /// What is computed of each realization.
    pub spectrum: Option<Spectrum>,
    /// The network that learns the indicators from the field.
    pub learn: Option<Learn>,
    /// What the network predicts.
    pub predict: Option<Predict>,
    /// Finite-size scaling.
    pub scaling: Option<Scaling>,
}

impl Deck {
    /// The deck with every default written out, as TOML.
    pub fn resolved(&self) -> String {
        toml::to_string(self).expect("a deck is made of TOML's own types")
    }

    /// The energy density that the network learns: the deck's, or the one nearest the middle of
    /// the spectrum.
    pub fn learned_energy_density(&self) -> Option<f64> {
        let asked = self.learn.as_ref().and_then(|learn| learn.energy_density);
        asked.or_else(|| {
            let grid = &self.spectrum.as_ref()?.energy_densities.0;
            grid.iter()
                .copied()
                .min_by(|a, b| (a - 0.5).abs().total_cmp(&(b - 0.5).abs()))
        })
    }
}
