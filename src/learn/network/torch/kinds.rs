//! Every kind of network that libtorch has.

use std::fmt;

use super::convolutions::Convolutions;
use super::deep_sets::DeepSets;
use super::device;
use super::extractor::Extractor;
use super::last_state::LastState;
use super::network::TorchNetwork;
use super::recurrent::{Cell, Recurrent};
use super::ring::Ring;
use super::transformer::Transformer;
use crate::deck::{Device, Input, NetworkDeck, Precision};
use crate::learn::network::blueprint::Blueprint;
use crate::learn::network::interface::Network;

type Build = fn(&NetworkDeck) -> Box<dyn Extractor>;

/// Every kind, by its name in decks.
const KINDS: [(&str, Build); 8] = [
    ("gru", |it| last_state(it, Cell::Gru)),
    ("lstm", |it| last_state(it, Cell::Lstm)),
    ("rnn", |it| last_state(it, Cell::Rnn)),
    ("cnn", |it| Box::new(Convolutions::new(it))),
    ("ring-gru", |it| ring(it, false)),
    ("half-ring-gru", |it| ring(it, true)),
    ("transformer", |it| Box::new(Transformer::new(it))),
    ("deep-sets", |it| Box::new(DeepSets::new(it))),
];

fn last_state(model: &NetworkDeck, cell: Cell) -> Box<dyn Extractor> {
    Box::new(LastState(Recurrent::new(model, cell, false)))
}

fn ring(model: &NetworkDeck, ends: bool) -> Box<dyn Extractor> {
    let layers = Recurrent::new(model, Cell::Gru, true);
    Box::new(Ring::new(model, layers, ends))
}

/// How libtorch computes networks.
#[derive(Debug, Clone, Copy)]
pub struct Torch {
    /// The numbers.
    pub precision: Precision,
    /// Where.
    pub device: Device,
}

impl fmt::Display for Torch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = match self.precision {
            Precision::Double => "double",
            Precision::Single => "single",
        };
        let place = match self.device {
            Device::Cpu => "the processor",
            Device::Cuda if device::has_gpu() => "a GPU",
            Device::Cuda => "a GPU; this machine has none, so its processor was measured",
        };
        write!(out, "libtorch, in {precision} precision, on {place}")
    }
}

impl Torch {
    /// The network of a blueprint.
    pub fn build(self, blueprint: &Blueprint) -> Box<dyn Network> {
        let model = blueprint.dimensions;
        let build = KINDS.iter().find(|(name, _)| *name == model.kind);
        let extractor = build.expect("libtorch has every kind").1(model);
        let features = extractor.features();
        self.network(blueprint, Some(extractor), features)
    }

    /// The head alone of a blueprint, for so many precomputed features.
    pub fn head(self, blueprint: &Blueprint, features: usize) -> Box<dyn Network> {
        self.network(blueprint, None, features)
    }

    /// Finds the device of this rank. Returns whether there is one.
    pub fn prepare(self, rank_on_node: usize) -> bool {
        device::prepare(self.device, rank_on_node)
    }

    fn network(
        self,
        blueprint: &Blueprint,
        extractor: Option<Box<dyn Extractor>>,
        features: usize,
    ) -> Box<dyn Network> {
        let model = blueprint.dimensions;
        let output_map = blueprint.output_map();
        let head = blueprint.head_behind(features, &output_map);
        let kind = match self.precision {
            Precision::Double => tch::Kind::Double,
            Precision::Single => tch::Kind::Float,
        };
        Box::new(TorchNetwork {
            centred: model.input == Input::Centred && extractor.is_some(),
            head,
            extractor,
            features,
            output_map,
            loss: blueprint.loss.clone(),
            conditioned: blueprint.conditioned,
            dropout: model.dropout,
            kind,
            device: self.device,
        })
    }
}
