//! `[learn.study]`: what is made of a network beyond training it once.

use serde::{Deserialize, Serialize};

/// A study, by its kind.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Study {
    /// All targets at once, at one ε (arXiv:2202.08853, section III A).
    #[default]
    Multitask,
    /// One network for every ε of the data (section III C).
    ///
    /// The extractor learns at one ε and is frozen. Then a head with ε among its inputs learns at all
    /// of them.
    Conditioned {
        /// Passes of the head over the data of all ε.
        #[serde(default = "thirty")]
        epochs: usize,
        /// Step size of the head.
        #[serde(default = "head_learning_rate")]
        learning_rate: f64,
        /// Whether a head for each ε is trained beside it, to compare.
        #[serde(default)]
        heads: bool,
    },
    /// A network for every ε of the data whose extractor, too, learns at all of them.
    EndToEnd,
    /// For each target a new head behind an extractor that learned all others (section III B).
    ///
    /// Two networks are trained beside it: one on the target from scratch, and one on all targets.
    Transfer {
        /// Passes of the new head.
        #[serde(default = "thirty")]
        epochs: usize,
        /// Step size of the new head.
        #[serde(default = "head_learning_rate")]
        learning_rate: f64,
    },
    /// Training on fewer realizations, with as many steps (appendix B).
    DataSize {
        /// Realizations of each size and disorder strength to train on.
        realizations: Vec<u32>,
    },
}

impl Study {
    /// The name of its kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Multitask => "multitask",
            Self::Conditioned { .. } => "conditioned",
            Self::EndToEnd => "end-to-end",
            Self::Transfer { .. } => "transfer",
            Self::DataSize { .. } => "data-size",
        }
    }
}

fn thirty() -> usize {
    30
}

fn head_learning_rate() -> f64 {
    1e-4
}
