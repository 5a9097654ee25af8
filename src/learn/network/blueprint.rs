//! From a kind of network and its dimensions to a network.

use std::fmt;

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
    /// Its form in kernels of this program, if it has one. libtorch has every kind.
    pub native: Option<Native>,
}

/// The form of a kind in kernels of this program.
pub struct Native {
    /// Whether it may have several layers.
    pub layers: bool,
    /// Builds a network.
    pub build: fn(&Blueprint) -> Box<dyn Network>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Kind({})", self.name)
    }
}

/// Everything that a network is built from.
pub struct Blueprint<'m> {
    /// Its dimensions.
    pub dimensions: &'m NetworkDeck,
    /// How each target follows from the outputs.
    pub maps: &'m [TargetMap],
    /// What a training minimizes.
    pub loss: Loss,
    /// Whether the condition is an input of the head.
    pub conditioned: bool,
}

impl Blueprint<'_> {
    /// The head alone, for so many precomputed features, in kernels of this program.
    pub fn head(&self, features: usize) -> Box<dyn Network> {
        self.with_extractor(PrecomputedFeatures { features })
    }

    /// From the outputs of the head to the targets.
    pub fn output_map(&self) -> OutputMap {
        OutputMap {
            maps: self.maps.to_vec(),
            degree: self.dimensions.degree_in_length,
        }
    }

    /// The head behind so many features.
    pub fn head_behind(&self, features: usize, output_map: &OutputMap) -> Head {
        Head {
            inputs: features + usize::from(self.conditioned),
            hidden: self.dimensions.hidden,
            outputs: output_map.outputs() + self.loss.outputs(),
        }
    }

    /// A network with this extractor in front of the head, in kernels of this program.
    pub fn with_extractor<E: Extractor + 'static>(&self, extractor: E) -> Box<dyn Network> {
        let output_map = self.output_map();
        let head = self.head_behind(extractor.features(), &output_map);
        Box::new(NetworkWith {
            centred: self.dimensions.input == Input::Centred
                && !extractor.tensor_specs().is_empty(),
            extractor,
            head,
            output_map,
            loss: self.loss.clone(),
            conditioned: self.conditioned,
        })
    }
}
