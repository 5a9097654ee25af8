//! Every kind of network.

use super::Network;
use super::extractor::Extractor;
use super::extractors::{Cnn, Given, Gru, LastState, Lstm, Ring, Rnn};
use super::head::Head;
use super::link::{Link, Map};
use super::loss::Loss;
use super::pass::Whole;
use crate::deck::{Input, Model};
use crate::error::{Error, Result};

/// A kind of network before its dimensions.
pub struct Kind {
    /// Its name in decks and files.
    pub name: &'static str,
    /// The keys of `[learn.model]` that only some kinds have a use for.
    pub takes: &'static [&'static str],
    build: fn(&Blueprint) -> Box<dyn Network>,
}

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "gru",
        takes: &["tuple"],
        build: |it| it.whole(LastState::<Gru>::new(it.model)),
    },
    Kind {
        name: "lstm",
        takes: &["tuple"],
        build: |it| it.whole(LastState::<Lstm>::new(it.model)),
    },
    Kind {
        name: "rnn",
        takes: &["tuple"],
        build: |it| it.whole(LastState::<Rnn>::new(it.model)),
    },
    Kind {
        name: "cnn",
        takes: &["layers", "kernel"],
        build: |it| it.whole(Cnn::new(it.model)),
    },
    Kind {
        name: "ring-gru",
        takes: &["tuple", "laps"],
        build: |it| it.whole(Ring::<Gru>::new(it.model)),
    },
    Kind {
        name: "half-ring-gru",
        takes: &["tuple", "laps"],
        build: |it| it.whole(Ring::<Gru>::with_ends(it.model)),
    },
];

/// All that a network is made by.
pub struct Blueprint<'m> {
    /// Kind and dimensions.
    pub model: &'m Model,
    /// How each target comes from the outputs.
    pub maps: &'m [Map],
    /// What training makes small.
    pub loss: Loss,
    /// Whether ε is an input of the head.
    pub conditioned: bool,
}

impl Blueprint<'_> {
    /// The network.
    ///
    /// # Errors
    /// [`Error::Refused`] for a kind that is not known.
    pub fn build(&self) -> Result<Box<dyn Network>> {
        let name = &self.model.kind;
        let kind = KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
            let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            let known = known.join(", ");
            Error::Refused(format!("\"{name}\" is not a kind of network, only {known}"))
        })?;
        Ok((kind.build)(self))
    }

    /// The head alone, for features that were computed before.
    pub fn head(&self, features: usize) -> Box<dyn Network> {
        self.whole(Given { features })
    }

    fn whole<E: Extractor + 'static>(&self, extractor: E) -> Box<dyn Network> {
        let link = Link {
            maps: self.maps.to_vec(),
            degree: self.model.degree_in_length,
        };
        let head = Head {
            inputs: extractor.features() + usize::from(self.conditioned),
            hidden: self.model.hidden,
            outputs: link.outputs() + self.loss.outputs(),
        };
        Box::new(Whole {
            centred: self.model.input == Input::Centred && !extractor.shapes().is_empty(),
            extractor,
            head,
            link,
            loss: self.loss.clone(),
            conditioned: self.conditioned,
        })
    }
}
