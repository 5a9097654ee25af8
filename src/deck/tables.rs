//! The whole deck: its top-level keys and its tables.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::chain::Chain;
use super::disorder::Disorder;
use super::learn::Learn;
use super::predict::Predict;
use super::quench::Quench;
use super::run::Run;
use super::scaling::Scaling;
use super::spectrum::Spectrum;

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
    /// Product states that evolve under the Hamiltonian of each.
    pub quench: Option<Quench>,
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
        let mut deck = self.clone();
        if let Some(learn) = &mut deck.learn {
            learn.momentum = learn.descent_momentum();
        }
        if let Some(disorder) = &mut deck.disorder
            && let Some((beta, phase)) = disorder.wave()
        {
            (disorder.beta, disorder.phase) = (Some(beta), Some(phase));
        }
        toml::to_string(&deck).expect("a deck is made of TOML's own types")
    }

    /// Reads what [`resolved`](Self::resolved) wrote, as result files hold it; none when the text is
    /// no deck.
    pub fn from_resolved(text: &str) -> Option<Self> {
        toml::from_str(text).ok()
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
