//! Every kind of network.

use super::blueprint::{Kind, Native};
use super::extractors::{Cnn, Gru, LastState, Lstm, Ring, Rnn};

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "gru",
        takes: &["tuple", "layers"],
        native: Some(Native {
            layers: false,
            build: |it| it.with_extractor(LastState::<Gru>::new(it.dimensions)),
        }),
    },
    Kind {
        name: "lstm",
        takes: &["tuple", "layers"],
        native: Some(Native {
            layers: false,
            build: |it| it.with_extractor(LastState::<Lstm>::new(it.dimensions)),
        }),
    },
    Kind {
        name: "rnn",
        takes: &["tuple", "layers"],
        native: Some(Native {
            layers: false,
            build: |it| it.with_extractor(LastState::<Rnn>::new(it.dimensions)),
        }),
    },
    Kind {
        name: "cnn",
        takes: &["layers", "kernel"],
        native: Some(Native {
            layers: true,
            build: |it| it.with_extractor(Cnn::new(it.dimensions)),
        }),
    },
    Kind {
        name: "ring-gru",
        takes: &["tuple", "laps", "layers"],
        native: Some(Native {
            layers: false,
            build: |it| it.with_extractor(Ring::<Gru>::new(it.dimensions)),
        }),
    },
    Kind {
        name: "half-ring-gru",
        takes: &["tuple", "laps", "layers"],
        native: Some(Native {
            layers: false,
            build: |it| it.with_extractor(Ring::<Gru>::with_ends(it.dimensions)),
        }),
    },
    Kind {
        name: "transformer",
        takes: &["layers", "heads"],
        native: None,
    },
    Kind {
        name: "deep-sets",
        takes: &["layers", "kernel"],
        native: None,
    },
];
