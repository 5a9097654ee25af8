//! Every kind of network.

use super::blueprint::{Architecture, Kind};
use super::extractors::{Cnn, Gru, LastState, Lstm, Ring, Rnn};
use crate::deck::NetworkDeck;

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
