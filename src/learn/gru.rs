//! The network of arXiv:2202.08853: a gated recurrent unit reads the chain, its last state is the
//! feature vector (figures 2 and 7, appendix A).

use tch::Tensor;

use super::head::Head;
use super::network::linear;
use super::{Network, Shape};
use crate::deck::Model;

/// Sites in one input of the recurrent unit: (h_i, h_{i+1}).
const PAIR: usize = 2;

/// Tensors of the recurrent unit, ahead of those of the head.
const RECURRENT: usize = 4;

/// A single-layer GRU over the pairs of neighbouring fields of the ring, and a head.
pub struct Gru {
    features: usize,
    head: Head,
}

impl Gru {
    /// The network that `model` describes, with `targets` outputs.
    pub fn new(model: &Model, targets: usize) -> Self {
        Self {
            features: model.features,
            head: Head {
                features: model.features,
                hidden: model.hidden,
                targets,
            },
        }
    }
}

impl Network for Gru {
    /// Names, order and initial values are those of PyTorch's `nn.GRU`; the rows of the recurrent
    /// tensors are the gates r, z, n.
    fn shapes(&self) -> Vec<Shape> {
        let (features, gates) = (self.features, 3 * self.features);
        let bound = 1.0 / (features as f64).sqrt();
        let mut shapes = vec![
            Shape::new("rnn.weight_ih_l0", &[gates, PAIR], bound),
            Shape::new("rnn.weight_hh_l0", &[gates, features], bound),
            Shape::new("rnn.bias_ih_l0", &[gates], bound),
            Shape::new("rnn.bias_hh_l0", &[gates], bound),
        ];
        shapes.extend(self.head.shapes());
        shapes
    }

    /// PyTorch's GRU: r = σ(i_r + h_r), z = σ(i_z + h_z), n = tanh(i_n + r h_n),
    /// state ← (1 − z) n + z state, where i = W_ih x + b_ih and h = W_hh state + b_hh.
    fn forward(&self, parameters: &[Tensor], fields: &Tensor) -> Tensor {
        let [weight_ih, weight_hh, bias_ih, bias_hh, head @ ..] = parameters else {
            panic!("a GRU has {RECURRENT} parameter tensors and its head's, as its shapes say");
        };
        let members = weight_ih.size()[0];
        let features = self.features as i64;
        let (batch, sites) = fields.size2().expect("fields are (batch, sites)");

        // The inputs' share of all gates at all sites at once: only the state needs the loop.
        let along = fields.transpose(0, 1);
        let pairs = Tensor::stack(&[&along, &along.roll(-1, 0)], 2)
            .view([1, sites * batch, PAIR as i64])
            .expand([members, sites * batch, PAIR as i64], false);
        let inputs = linear(&pairs, weight_ih, bias_ih).view([members, sites, batch, 3 * features]);
        let [inputs_rz, inputs_n] = gates(&inputs, features, 3);

        let (weight, bias) = (weight_hh.transpose(1, 2), bias_hh.unsqueeze(1));
        let mut state = Tensor::zeros([members, batch, features], tch::kind::DOUBLE_CPU);
        for (input_rz, input_n) in inputs_rz.unbind(1).iter().zip(inputs_n.unbind(1)) {
            let recurrent = bias.baddbmm(&state, &weight, 1.0, 1.0);
            let [recurrent_rz, recurrent_n] = gates(&recurrent, features, 2);
            let [reset, update] = halves(&(input_rz + recurrent_rz).sigmoid());
            let candidate = input_n.addcmul(&reset, &recurrent_n).tanh();
            state = candidate.lerp_tensor(&state, &update);
        }
        self.head.forward(head, &state)
    }
}

/// The gates (r, z) together, and n, along the last dimension, which is number `dimension`.
fn gates(all: &Tensor, features: i64, dimension: i64) -> [Tensor; 2] {
    all.split_with_sizes([2 * features, features], dimension)
        .try_into()
        .expect("two sizes give two parts")
}

/// The gates r and z.
fn halves(both: &Tensor) -> [Tensor; 2] {
    both.chunk(2, 2)
        .try_into()
        .expect("an even dimension has two halves")
}

#[cfg(test)]
mod tests {
    use tch::nn::{self, RNN};

    use super::*;
    use crate::learn::parameters::{count, initial, tensors, to_vec};

    fn sigmoid(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    /// One member and one chain, value by value; `values` are in PyTorch's order.
    fn by_hand(features: usize, hidden: usize, values: &[f64], field: &[f64]) -> Vec<f64> {
        let mut rest = values;
        let mut take = |length: usize| {
            let (own, others) = rest.split_at(length);
            rest = others;
            own
        };
        let affine = |weight: &[f64], bias: &[f64], x: &[f64]| -> Vec<f64> {
            let row = |out: usize| &weight[out * x.len()..][..x.len()];
            let dot = |out: usize| row(out).iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
            (0..bias.len()).map(|out| dot(out) + bias[out]).collect()
        };
        let gates = 3 * features;
        let (weight_ih, weight_hh) = (take(gates * 2), take(gates * features));
        let (bias_ih, bias_hh) = (take(gates), take(gates));
        let mut state = vec![0.0; features];
        for site in 0..field.len() {
            let pair = [field[site], field[(site + 1) % field.len()]];
            let input = affine(weight_ih, bias_ih, &pair);
            let recurrent = affine(weight_hh, bias_hh, &state);
            for k in 0..features {
                let reset = sigmoid(input[k] + recurrent[k]);
                let update = sigmoid(input[features + k] + recurrent[features + k]);
                let last = 2 * features + k;
                let candidate = (input[last] + reset * recurrent[last]).tanh();
                state[k] = (1.0 - update) * candidate + update * state[k];
            }
        }
        let (weight_in, bias_in) = (take(hidden * features), take(hidden));
        let mut middle = affine(weight_in, bias_in, &state);
        middle.iter_mut().for_each(|value| *value = value.max(0.0));
        let targets = rest.len() / (hidden + 1);
        let (weight_out, bias_out) = rest.split_at(hidden * targets);
        affine(weight_out, bias_out, &middle)
    }

    fn network(features: usize, hidden: usize) -> Gru {
        let kind = "gru".to_owned();
        Gru::new(
            &Model {
                kind,
                features,
                hidden,
            },
            3,
        )
    }

    #[test]
    fn has_as_many_parameters_as_published() {
        assert_eq!(count(&network(2, 10).shapes()), 99);
    }

    #[test]
    fn forward_is_the_formula() {
        for (features, hidden) in [(2, 10), (5, 3), (1, 1)] {
            let network = network(features, hidden);
            let shapes = network.shapes();
            let values = initial(&shapes, 3, 9) * 2.0;
            for sites in [2_usize, 7, 12] {
                let fields: Vec<f64> = (0..4 * sites)
                    .map(|k| 5.0 * ((k * k) as f64 * 0.7).sin())
                    .collect();
                let tensor = Tensor::from_slice(&fields).view([4, sites as i64]);
                let output = network.forward(&tensors(&shapes, values.view()), &tensor);
                assert_eq!(output.size(), [3, 4, 3]);
                for member in 0..3 {
                    let own = values.row(member).to_vec();
                    for (sample, field) in fields.chunks(sites).enumerate() {
                        let exact = by_hand(features, hidden, &own, field);
                        for (target, exact) in exact.iter().enumerate() {
                            let index = [member as i64, sample as i64, target as i64];
                            let found = output.double_value(&index);
                            assert!((found - exact).abs() < 1e-13, "{found} {exact}");
                        }
                    }
                }
            }
        }
    }

    /// Weights under PyTorch's names mean what they mean in PyTorch.
    #[test]
    fn forward_is_libtorchs_own_gru() {
        let (features, hidden, sites) = (4, 6, 10_i64);
        let network = network(features, hidden);
        let shapes = network.shapes();
        let values = initial(&shapes, 1, 4);
        let parameters = tensors(&shapes, values.view());
        let fields: Vec<f64> = (0..30).map(|k| 3.0 * (f64::from(k) * 1.3).sin()).collect();
        let fields = Tensor::from_slice(&fields).view([3, sites]);
        let ours = network.forward(&parameters, &fields);

        let mut store = nn::VarStore::new(tch::Device::Cpu);
        store.double();
        let unit = nn::gru(store.root(), 2, features as i64, nn::RNNConfig::default());
        store.double();
        for (name, mut variable) in store.variables() {
            let place = shapes
                .iter()
                .position(|shape| shape.name == format!("rnn.{name}"))
                .unwrap();
            tch::no_grad(|| variable.copy_(&parameters[place].squeeze_dim(0)));
        }
        let pairs = Tensor::stack(&[&fields, &fields.roll(-1, 1)], 2);
        let nn::GRUState(last) = unit.seq(&pairs).1;
        let theirs = network.head.forward(&parameters[RECURRENT..], &last);
        for (own, their) in to_vec(&ours).iter().zip(to_vec(&theirs)) {
            assert!((own - their).abs() < 1e-14, "{own} {their}");
        }
    }
}
