//! What a realization is for: training or testing.

use serde::{Deserialize, Serialize};

/// What a realization is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// To train on.
    Train,
    /// To test on; predictions are made for these fields, and more of their kind.
    Test,
}

impl Split {
    /// Both, in the order of the files.
    pub const ALL: [Self; 2] = [Self::Train, Self::Test];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
        }
    }
}
