//! Which numbers a source held when it was scaled.

use serde::{Deserialize, Serialize};

use crate::deck::Source;
use crate::identity::Identity;
use crate::store::{Contents, Provenance, identity};

/// The identities of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The source, as fits name it.
    pub source: String,
    /// The identity of its numbers.
    pub identity: String,
    /// The identity of the networks that predicted them, if any.
    pub weights_identity: Option<String>,
    /// The identity of the data that these learned from.
    pub training_data_identity: Option<String>,
}

impl Origin {
    /// The origin of a result file.
    pub fn of_results(source: &Source, contents: &Contents) -> Self {
        let recorded = |name: &str| contents.attributes.get(name).cloned();
        Self {
            source: source.name().to_owned(),
            identity: identity(&contents.tables).to_string(),
            weights_identity: recorded(Provenance::WEIGHTS),
            training_data_identity: recorded(Provenance::TRAINING_DATA),
        }
    }

    /// The origin of a table of means, by the identity of its file.
    pub fn of_table(source: &Source, identity: &Identity) -> Self {
        Self {
            source: source.name().to_owned(),
            identity: identity.to_string(),
            weights_identity: None,
            training_data_identity: None,
        }
    }
}
