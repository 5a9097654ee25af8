//! Recurrent layers, in one direction or in both.

use tch::Tensor;

use super::regularisation::Dropout;
use super::tensors::Tensors;
use crate::deck::NetworkDeck;
use crate::learn::network::tensor_spec::TensorSpec;

/// The number of neighbouring sites in an input unless the deck says otherwise.
const DEFAULT_TUPLE: usize = 2;

/// The unit of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Gated recurrent unit.
    Gru,
    /// Long short-term memory.
    Lstm,
    /// Hyperbolic tangent.
    Rnn,
}

impl Cell {
    fn gates(self) -> usize {
        match self {
            Self::Gru => 3,
            Self::Lstm => 4,
            Self::Rnn => 1,
        }
    }
}

/// Recurrent layers that read tuples of neighbouring sites.
pub struct Recurrent {
    cell: Cell,
    /// The number of neighbouring sites in an input.
    pub tuple: usize,
    /// The outputs of a unit.
    pub features: usize,
    layers: usize,
    bidirectional: bool,
}

/// What recurrent layers make of their inputs.
pub struct Outputs {
    /// The outputs (sample, step, feature) of the last layer, of the reverse direction behind the other.
    pub steps: Tensor,
    /// Its last states (direction, sample, feature).
    pub last: Tensor,
}

impl Recurrent {
    /// The layers that `model` describes.
    pub fn new(model: &NetworkDeck, cell: Cell, bidirectional: bool) -> Self {
        Self {
            cell,
            tuple: model.tuple.unwrap_or(DEFAULT_TUPLE),
            features: model.features,
            layers: model.layers.unwrap_or(1),
            bidirectional,
        }
    }

    fn directions(&self) -> &'static [&'static str] {
        match self.bidirectional {
            true => &["", "_reverse"],
            false => &[""],
        }
    }

    /// The tensors of a layer, named and initialized as in PyTorch.
    fn specs_of_layer(&self, layer: usize) -> Vec<TensorSpec> {
        let gates = self.cell.gates() * self.features;
        let bound = 1.0 / (self.features as f64).sqrt();
        let inputs = match layer {
            0 => self.tuple,
            _ => self.features * self.directions().len(),
        };
        let of_direction = |direction: &&str| {
            [
                ("weight_ih", &[gates, inputs][..]),
                ("weight_hh", &[gates, self.features]),
                ("bias_ih", &[gates]),
                ("bias_hh", &[gates]),
            ]
            .map(|(name, dimensions)| {
                let name = format!("rnn.{name}_l{layer}{direction}");
                TensorSpec::new(name, dimensions, bound)
            })
        };
        self.directions().iter().flat_map(of_direction).collect()
    }

    /// The tensors, named and initialized as in PyTorch.
    pub fn tensor_specs(&self) -> Vec<TensorSpec> {
        let layers = 0..self.layers;
        layers
            .flat_map(|layer| self.specs_of_layer(layer))
            .collect()
    }

    /// From inputs (sample, step, offset) to the outputs of the last layer.
    pub fn forward(&self, tensors: &Tensors, inputs: &Tensor, dropout: &Dropout) -> Outputs {
        let mut found = self.layer(0, tensors, inputs, dropout.trains);
        for layer in 1..self.layers {
            let inputs = dropout.apply(found.steps);
            found = self.layer(layer, tensors, &inputs, dropout.trains);
        }
        found
    }

    /// One layer. On a GPU only a layer that `trains` has a gradient.
    fn layer(&self, layer: usize, tensors: &Tensors, inputs: &Tensor, trains: bool) -> Outputs {
        let specs = self.specs_of_layer(layer);
        let weights: Vec<&Tensor> = specs.iter().map(|spec| tensors.get(&spec.name)).collect();
        let (samples, both) = (inputs.size()[0], self.bidirectional);
        let start = Tensor::zeros(
            [
                self.directions().len() as i64,
                samples,
                self.features as i64,
            ],
            (inputs.kind(), inputs.device()),
        );
        let (steps, last) = match self.cell {
            Cell::Gru => inputs.gru(&start, &weights, true, 1, 0.0, trains, both, true),
            Cell::Rnn => inputs.rnn_tanh(&start, &weights, true, 1, 0.0, trains, both, true),
            Cell::Lstm => {
                let start = [&start, &start];
                let (steps, last, _) =
                    inputs.lstm(&start, &weights, true, 1, 0.0, trains, both, true);
                (steps, last)
            }
        };
        Outputs { steps, last }
    }
}
