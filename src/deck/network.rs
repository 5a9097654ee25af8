//! `[learn.model]`: a network by its kind and dimensions.

use serde::{Deserialize, Serialize};

/// A network (arXiv:2202.08853, appendix A, unless the deck says otherwise).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkDeck {
    /// The kind's name.
    pub kind: String,
    /// Outputs of a recurrent unit, channels of a convolution.
    pub features: usize,
    /// Width of the hidden layer behind them.
    pub hidden: usize,
    /// Neighbouring sites that a recurrent unit sees at a time.
    pub tuple: Option<usize>,
    /// Laps of a unit that goes round the ring.
    pub laps: Option<usize>,
    /// Layers of convolutions.
    pub layers: Option<usize>,
    /// Sites that a convolution sees.
    pub kernel: Option<usize>,
    /// The field as it is, or without its mean.
    pub input: Input,
    /// What outputs are limited to.
    pub outputs: Outputs,
    /// Outputs are polynomials of this degree in L, before they are bounded.
    pub degree_in_length: usize,
}

/// What a network is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// h_i.
    #[default]
    Raw,
    /// h_i less the mean over the chain, which moves all energies of a sector alike.
    Centred,
}

/// What a network answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outputs {
    /// Any number.
    #[default]
    Linear,
    /// Between the indicator's localized and ergodic limit.
    Bounded,
}

impl Default for NetworkDeck {
    fn default() -> Self {
        Self {
            kind: "gru".to_owned(),
            features: 2,
            hidden: 10,
            tuple: None,
            laps: None,
            layers: None,
            kernel: None,
            input: Input::Raw,
            outputs: Outputs::Linear,
            degree_in_length: 0,
        }
    }
}
