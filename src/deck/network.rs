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
    /// Layers one behind the other.
    pub layers: Option<usize>,
    /// Sites that a convolution sees, or how far the numbers of a site reach.
    pub kernel: Option<usize>,
    /// Parts of the features of a site that attend to other sites by themselves.
    pub heads: Option<usize>,
    /// Share of the values between layers that a training step leaves out.
    pub dropout: f64,
    /// The field as it is, or without its mean.
    pub input: Input,
    /// What outputs are limited to.
    pub outputs: Outputs,
    /// Outputs are polynomials of this degree in L, before they are bounded.
    pub degree_in_length: usize,
}

impl NetworkDeck {
    /// The heads of a transformer.
    pub fn heads(&self) -> usize {
        self.heads.unwrap_or(4)
    }

    /// Keys that not every kind uses, with what the deck gives them.
    pub fn keys_of_kinds(&self) -> [(&'static str, Option<usize>); 5] {
        [
            ("tuple", self.tuple),
            ("laps", self.laps),
            ("layers", self.layers),
            ("kernel", self.kernel),
            ("heads", self.heads),
        ]
    }
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
            heads: None,
            dropout: 0.0,
            input: Input::Raw,
            outputs: Outputs::Linear,
            degree_in_length: 0,
        }
    }
}
