//! Every kind of network.

use super::extractor::Extractor;
use super::extractors::{Cnn, Gru, LastState, Lstm, PrecomputedFeatures, Ring, Rnn};
use super::head::Head;
use super::interface::Network;
use super::loss::Loss;
use super::output_map::{OutputMap, TargetMap};
use super::pass::NetworkWith;
use crate::deck::{Input, Model};
use crate::error::{Error, Result};

/// A kind of network, of any dimensions.
pub struct Kind {
    /// Its name in decks and files.
    pub name: &'static str,
    /// The keys of `[learn.model]` that this kind uses and not every kind does.
    pub takes: &'static [&'static str],
    build: fn(&Blueprint) -> Box<dyn Network>,
}

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "gru",
        takes: &["tuple"],
        build: |it| it.with_extractor(LastState::<Gru>::new(it.model)),
    },
    Kind {
        name: "lstm",
        takes: &["tuple"],
        build: |it| it.with_extractor(LastState::<Lstm>::new(it.model)),
    },
    Kind {
        name: "rnn",
        takes: &["tuple"],
        build: |it| it.with_extractor(LastState::<Rnn>::new(it.model)),
    },
    Kind {
        name: "cnn",
        takes: &["layers", "kernel"],
        build: |it| it.with_extractor(Cnn::new(it.model)),
    },
    Kind {
        name: "ring-gru",
        takes: &["tuple", "laps"],
        build: |it| it.with_extractor(Ring::<Gru>::new(it.model)),
    },
    Kind {
        name: "half-ring-gru",
        takes: &["tuple", "laps"],
        build: |it| it.with_extractor(Ring::<Gru>::with_ends(it.model)),
    },
];

/// Everything that a network is built from.
pub struct Blueprint<'m> {
    /// Kind and dimensions.
    pub model: &'m Model,
    /// How each target follows from the outputs.
    pub maps: &'m [TargetMap],
    /// What a training minimizes.
    pub loss: Loss,
    /// Whether ε is an input of the head.
    pub conditioned: bool,
}

impl Blueprint<'_> {
    /// Builds the network.
    ///
    /// # Errors
    /// [`Error::Refused`] for an unknown kind.
    pub fn build(&self) -> Result<Box<dyn Network>> {
        let name = &self.model.kind;
        let kind = KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
            let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            let known = known.join(", ");
            Error::Refused(format!(
                "\"{name}\" is not a kind of network; the kinds are {known}"
            ))
        })?;
        Ok((kind.build)(self))
    }

    /// Builds the head alone, for so many precomputed features.
    pub fn head(&self, features: usize) -> Box<dyn Network> {
        self.with_extractor(PrecomputedFeatures { features })
    }

    fn with_extractor<E: Extractor + 'static>(&self, extractor: E) -> Box<dyn Network> {
        let output_map = OutputMap {
            maps: self.maps.to_vec(),
            degree: self.model.degree_in_length,
        };
        let head = Head {
            inputs: extractor.features() + usize::from(self.conditioned),
            hidden: self.model.hidden,
            outputs: output_map.outputs() + self.loss.outputs(),
        };
        Box::new(NetworkWith {
            centred: self.model.input == Input::Centred && !extractor.tensor_specs().is_empty(),
            extractor,
            head,
            output_map,
            loss: self.loss.clone(),
            conditioned: self.conditioned,
        })
    }
}
