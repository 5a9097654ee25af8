//! Recurrent layers in both directions, several laps round the ring. Features are moments of the last lap.

use tch::Tensor;

use super::extractor::{Extractor, mean, tuples};
use super::recurrent::Recurrent;
use super::regularisation::Dropout;
use super::tensors::Tensors;
use crate::deck::NetworkDeck;
use crate::learn::network::tensor_spec::TensorSpec;

/// The number of laps unless the deck says otherwise.
const DEFAULT_LAPS: usize = 2;

/// Layers in both directions.
pub struct Ring {
    layers: Recurrent,
    laps: i64,
    /// Whether the outputs at the ends of the first half are features.
    ends: bool,
}

impl Ring {
    /// The extractor that `model` describes.
    pub fn new(model: &NetworkDeck, layers: Recurrent, ends: bool) -> Self {
        Self {
            layers,
            laps: model.laps.unwrap_or(DEFAULT_LAPS) as i64,
            ends,
        }
    }
}

impl Extractor for Ring {
    fn tensor_specs(&self) -> Vec<TensorSpec> {
        self.layers.tensor_specs()
    }

    fn features(&self) -> usize {
        (4 + 3 * usize::from(self.ends)) * self.layers.features
    }

    fn forward(&self, tensors: &Tensors, fields: &Tensor, dropout: &Dropout) -> Tensor {
        let (sites, width) = (fields.size()[1], self.layers.features as i64);
        let way = tuples(fields, self.layers.tuple).repeat([1, self.laps, 1]);
        let outputs = self.layers.forward(tensors, &way, dropout).steps;
        // A direction forgets where it began. The last lap of the reverse one is the first in this order.
        let last = (self.laps - 1) * sites;
        let clockwise = outputs.narrow(1, last, sites).narrow(2, 0, width);
        let anticlockwise = outputs.narrow(1, 0, sites).narrow(2, width, width);
        let mut parts = Vec::new();
        for direction in [&clockwise, &anticlockwise] {
            parts.extend([mean(direction), mean(&direction.square())]);
        }
        if self.ends {
            // The tuples that reach across the bonds (L, 1) and (L/2, L/2 + 1).
            let middle = self.layers.tuple as i64 / 2;
            let across = [sites - middle, sites / 2 - middle].map(|site| site % sites);
            let across = Tensor::from_slice(&across).to_device(fields.device());
            let at_ends = [&clockwise, &anticlockwise].map(|it| it.index_select(1, &across));
            let products = &at_ends[0] * &at_ends[1];
            parts.extend([mean(&at_ends[0]), mean(&at_ends[1]), mean(&products)]);
        }
        Tensor::cat(&parts, 1)
    }
}
