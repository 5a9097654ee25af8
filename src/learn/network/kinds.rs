//! Every kind of network.

use std::fmt;

use super::architecture::Architecture;
use super::extractor::Extractor;
use super::extractors::{Cnn, Gru, LastState, Lstm, PrecomputedFeatures, Ring, Rnn};
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
    build: fn(&Blueprint) -> Box<dyn Network>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Kind({})", self.name)
    }
}

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "gru",
        takes: &["tuple"],
        build: |it| it.with_extractor(LastState::<Gru>::new(it.dimensions())),
    },
    Kind {
        name: "lstm",
        takes: &["tuple"],
        build: |it| it.with_extractor(LastState::<Lstm>::new(it.dimensions())),
    },
    Kind {
        name: "rnn",
        takes: &["tuple"],
        build: |it| it.with_extractor(LastState::<Rnn>::new(it.dimensions())),
    },
    Kind {
        name: "cnn",
        takes: &["layers", "kernel"],
        build: |it| it.with_extractor(Cnn::new(it.dimensions())),
    },
    Kind {
        name: "ring-gru",
        takes: &["tuple", "laps"],
        build: |it| it.with_extractor(Ring::<Gru>::new(it.dimensions())),
    },
    Kind {
        name: "half-ring-gru",
        takes: &["tuple", "laps"],
        build: |it| it.with_extractor(Ring::<Gru>::with_ends(it.dimensions())),
    },
];

/// Everything that a network is built from.
pub struct Blueprint<'m> {
    /// Kind and dimensions.
    pub architecture: &'m Architecture,
    /// How each target follows from the outputs.
    pub maps: &'m [TargetMap],
    /// What a training minimizes.
    pub loss: Loss,
    /// Whether ε is an input of the head.
    pub conditioned: bool,
}

impl Blueprint<'_> {
    /// Builds the network.
    pub fn build(&self) -> Box<dyn Network> {
        (self.architecture.kind.build)(self)
    }

    fn dimensions(&self) -> &NetworkDeck {
        &self.architecture.dimensions
    }

    /// Builds the head alone, for so many precomputed features.
    pub fn head(&self, features: usize) -> Box<dyn Network> {
        self.with_extractor(PrecomputedFeatures { features })
    }

    fn with_extractor<E: Extractor + 'static>(&self, extractor: E) -> Box<dyn Network> {
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
