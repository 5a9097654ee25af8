//! From a kind of network and its dimensions to a network.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::extractor::Extractor;
use super::extractors::PrecomputedFeatures;
use super::head::Head;
use super::interface::Network;
use super::loss::Loss;
use super::output_map::{OutputMap, TargetMap};
use super::pass::NetworkWith;
use crate::deck::{Input, NetworkDeck};

/// A kind of network, of any dimensions.
pub struct Kind {
    /// Its name in decks and files.
    pub name: &'static str,
    /// The keys of `[learn.model]` that this kind uses and not every kind does.
    pub takes: &'static [&'static str],
    /// Builds a network of this kind.
    pub build: fn(&Blueprint) -> Box<dyn Network>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Kind({})", self.name)
    }
}

/// A kind of network, and the dimensions that the deck gives it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "NetworkDeck", into = "NetworkDeck")]
pub struct Architecture {
    /// The kind.
    pub kind: &'static Kind,
    /// Its dimensions.
    pub dimensions: NetworkDeck,
}

impl Architecture {
    /// The dimensions by their keys, each with the most that it may be. The degree in the length has no
    /// such limit in decks, where it stays below the number of lengths.
    pub fn limits(deck: &NetworkDeck) -> [(&'static str, usize, usize); 6] {
        [
            ("features", deck.features, 64),
            ("hidden", deck.hidden, 1024),
            ("tuple", deck.tuple.unwrap_or(1), 4),
            ("laps", deck.laps.unwrap_or(1), 10),
            ("layers", deck.layers.unwrap_or(1), 10),
            ("kernel", deck.kernel.unwrap_or(1), 15),
        ]
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

/// Everything that a network is built from.
pub struct Blueprint<'m> {
    /// Kind and dimensions.
    pub architecture: &'m Architecture,
    /// How each target follows from the outputs.
    pub maps: &'m [TargetMap],
    /// What a training minimizes.
    pub loss: Loss,
    /// Whether the condition is an input of the head.
    pub conditioned: bool,
}

impl Blueprint<'_> {
    /// Builds the network.
    pub fn build(&self) -> Box<dyn Network> {
        (self.architecture.kind.build)(self)
    }

    /// The dimensions of the network.
    pub fn dimensions(&self) -> &NetworkDeck {
        &self.architecture.dimensions
    }

    /// Builds the head alone, for so many precomputed features.
    pub fn head(&self, features: usize) -> Box<dyn Network> {
        self.with_extractor(PrecomputedFeatures { features })
    }

    /// A network with this extractor in front of the head.
    pub fn with_extractor<E: Extractor + 'static>(&self, extractor: E) -> Box<dyn Network> {
        let output_map = OutputMap {
            maps: self.maps.to_vec(),
            degree: self.dimensions().degree_in_length,
        };
        let head = Head {
            inputs: extractor.features() + usize::from(self.conditioned),
            hidden: self.dimensions().hidden,
            outputs: output_map.outputs() + self.loss.outputs(),
        };
        Box::new(NetworkWith {
            centred: self.dimensions().input == Input::Centred
                && !extractor.tensor_specs().is_empty(),
            extractor,
            head,
            output_map,
            loss: self.loss.clone(),
            conditioned: self.conditioned,
        })
    }
}
