//! A kind of network with its dimensions: what `[learn.model]` describes, its kind resolved.

use serde::{Deserialize, Serialize};

use super::kinds::{KINDS, Kind};
use crate::deck::NetworkDeck;

/// A kind of network, and the dimensions that the deck gives it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "NetworkDeck", into = "NetworkDeck")]
pub struct Architecture {
    /// The kind.
    pub kind: &'static Kind,
    /// Its dimensions.
    pub dimensions: NetworkDeck,
}

impl TryFrom<NetworkDeck> for Architecture {
    type Error = String;

    fn try_from(dimensions: NetworkDeck) -> Result<Self, String> {
        let name = &dimensions.kind;
        match KINDS.iter().find(|kind| kind.name == name) {
            Some(kind) => Ok(Self { kind, dimensions }),
            None => {
                let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
                let known = known.join(", ");
                Err(format!(
                    "\"{name}\" is not a kind of network; the kinds are {known}"
                ))
            }
        }
    }
}

impl From<Architecture> for NetworkDeck {
    fn from(architecture: Architecture) -> Self {
        architecture.dimensions
    }
}

/// The dimensions hold the name of the kind.
impl PartialEq for Architecture {
    fn eq(&self, other: &Self) -> bool {
        self.dimensions == other.dimensions
    }
}
