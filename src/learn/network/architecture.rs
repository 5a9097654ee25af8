//! A kind of network with its dimensions, and what computes it.

use serde::{Deserialize, Serialize};

use super::backend::{Backend, BackendChoice, NoBackend};
use super::blueprint::Kind;
use super::kinds::KINDS;
use crate::deck::{Device, NetworkDeck};

/// A kind of network, the dimensions that the deck gives it, and what computes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Architecture {
    /// The kind.
    pub kind: &'static Kind,
    /// Its dimensions.
    pub dimensions: NetworkDeck,
    /// What computes it.
    pub backend: Backend,
}

impl Architecture {
    /// The network of this kind and of these dimensions, computed as the deck chooses.
    ///
    /// # Errors
    /// When the choice cannot be met.
    pub fn new(
        kind: &'static Kind,
        dimensions: NetworkDeck,
        choice: BackendChoice,
    ) -> Result<Self, NoBackend> {
        Ok(Self {
            backend: Backend::new(kind, &dimensions, choice)?,
            kind,
            dimensions,
        })
    }

    /// The dimensions by their keys, each with the most that it may be. The degree in the length has no
    /// such limit in decks, where it stays below the number of lengths.
    pub fn limits(deck: &NetworkDeck) -> [(&'static str, usize, usize); 7] {
        [
            ("features", deck.features, 4096),
            ("hidden", deck.hidden, 16384),
            ("tuple", deck.tuple.unwrap_or(1), 4),
            ("laps", deck.laps.unwrap_or(1), 10),
            ("layers", deck.layers.unwrap_or(1), 10),
            ("kernel", deck.kernel.unwrap_or(1), 15),
            ("heads", deck.heads.unwrap_or(1), 64),
        ]
    }

    /// The same, computed on this device if the backend has others than the processor.
    pub fn on(self, device: Device) -> Self {
        Self {
            backend: self.backend.on(device),
            ..self
        }
    }
}

/// The dimensions hold the name of the kind.
impl PartialEq for Architecture {
    fn eq(&self, other: &Self) -> bool {
        self.dimensions == other.dimensions && self.backend.choice() == other.backend.choice()
    }
}

/// An architecture as files hold it.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    dimensions: NetworkDeck,
    /// Files of networks that kernels of this program computed hold none.
    #[serde(flatten, skip_serializing_if = "is_usual")]
    choice: BackendChoice,
}

fn is_usual(choice: &BackendChoice) -> bool {
    *choice == BackendChoice::default()
}

impl From<Architecture> for Stored {
    fn from(architecture: Architecture) -> Self {
        Self {
            choice: architecture.backend.choice(),
            dimensions: architecture.dimensions,
        }
    }
}

impl TryFrom<Stored> for Architecture {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let Stored { dimensions, choice } = stored;
        let name = &dimensions.kind;
        let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else {
            let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            let known = known.join(", ");
            return Err(format!(
                "\"{name}\" is not a kind of network; the kinds are {known}"
            ));
        };
        let backend = Backend::of_file(kind, &dimensions, choice).map_err(
            |NoBackend { key, message, .. }| {
                format!("{key}: {message}; build one with `make TORCH=1`")
            },
        )?;
        Ok(Self {
            kind,
            dimensions,
            backend,
        })
    }
}

impl TryFrom<NetworkDeck> for Architecture {
    type Error = String;

    fn try_from(dimensions: NetworkDeck) -> Result<Self, String> {
        let choice = BackendChoice::default();
        Self::try_from(Stored { dimensions, choice })
    }
}
