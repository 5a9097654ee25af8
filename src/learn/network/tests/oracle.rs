//! Every kind of network against libtorch: the same outputs, and the same gradients as automatic
//! differentiation gives.

use ndarray::{Array2, ArrayView1};
use tch::{Device, Kind, Tensor};

use crate::deck::{Input, NetworkDeck};
use crate::learn::network::{Network, PassKind, TensorSpec};
use crate::learn::samples::{Batch, Sample, SymmetryOperation};
use crate::learn::tests::fixture;

/// The tensors of a member under their names, as leaves of a gradient.
struct Leaves(Vec<(String, Tensor)>);

impl Leaves {
    fn new(specs: &[TensorSpec], values: ArrayView1<f64>) -> Self {
        let mut start = 0;
        let leaf = |spec: &TensorSpec| {
            let own = values
                .slice(ndarray::s![start..start + spec.count()])
                .to_vec();
            start += spec.count();
            let dimensions: Vec<i64> = spec.dimensions.iter().map(|&it| it as i64).collect();
            let tensor = Tensor::from_slice(&own).view(&dimensions[..]);
            (spec.name.clone(), tensor.set_requires_grad(true))
        };
        Self(specs.iter().map(leaf).collect())
    }

    fn get(&self, name: &str) -> Tensor {
        let found = self.0.iter().find(|(known, _)| known == name);
        found
            .unwrap_or_else(|| panic!("no {name}"))
            .1
            .shallow_clone()
    }

    /// The parameters of a recurrent layer, in the order libtorch takes them.
    fn recurrent(&self, bidirectional: bool) -> Vec<Tensor> {
        let directions = if bidirectional {
            &["", "_reverse"][..]
        } else {
            &[""]
        };
        let mut all = Vec::new();
        for direction in directions {
            for name in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] {
                all.push(self.get(&format!("rnn.{name}_l0{direction}")));
            }
        }
        all
    }
}

/// Initial states of zeros, for so many layers or directions.
fn zeros(count: i64, fields: &Tensor, model: &NetworkDeck) -> Tensor {
    let (samples, width) = (fields.size()[0], model.features as i64);
    Tensor::zeros([count, samples, width], (Kind::Double, Device::Cpu))
}

/// The features (sample, feature) of `fields` (sample, site) by libtorch.
fn features(model: &NetworkDeck, leaves: &Leaves, fields: &Tensor) -> Tensor {
    let fields = match model.input {
        Input::Raw => fields.shallow_clone(),
        Input::Centred => fields - fields.mean_dim(1, true, Kind::Double),
    };
    match model.kind.as_str() {
        "gru" | "rnn" | "lstm" => last_state(model, leaves, &fields),
        "cnn" => convolutions(model, leaves, &fields),
        "ring-gru" | "half-ring-gru" => ring(model, leaves, &fields),
        other => panic!("there is no oracle for {other}: write one"),
    }
}

/// Neighbouring sites together (sample, site, offset).
fn tuples(model: &NetworkDeck, fields: &Tensor) -> Tensor {
    let shifted = |offset: i64| fields.roll(-offset, 1);
    let tuples: Vec<Tensor> = (0..tuple(model)).map(shifted).collect();
    Tensor::stack(&tuples, 2)
}

fn tuple(model: &NetworkDeck) -> i64 {
    model.tuple.unwrap_or(2) as i64
}

/// The last state of a recurrent layer.
fn last_state(model: &NetworkDeck, leaves: &Leaves, fields: &Tensor) -> Tensor {
    let (tuples, weights) = (tuples(model, fields), leaves.recurrent(false));
    let zeros = || zeros(1, fields, model);
    let last = match model.kind.as_str() {
        "gru" => {
            tuples
                .gru(&zeros(), &weights, true, 1, 0.0, false, false, true)
                .1
        }
        "rnn" => {
            tuples
                .rnn_tanh(&zeros(), &weights, true, 1, 0.0, false, false, true)
                .1
        }
        _ => {
            let start = [zeros(), zeros()];
            tuples
                .lstm(&start, &weights, true, 1, 0.0, false, false, true)
                .1
        }
    };
    last.squeeze_dim(0)
}

/// The mean over the ring after circular convolutions.
fn convolutions(model: &NetworkDeck, leaves: &Leaves, fields: &Tensor) -> Tensor {
    let sites = fields.size()[1];
    let (layers, kernel) = (model.layers.unwrap_or(2), model.kernel.unwrap_or(3) as i64);
    let mut signal = fields.unsqueeze(1);
    for layer in 0..layers {
        let before = kernel / 2;
        let padded = Tensor::cat(
            &[
                signal.narrow(2, sites - before, before),
                signal.shallow_clone(),
                signal.narrow(2, 0, kernel - 1 - before),
            ],
            2,
        );
        let weight = leaves.get(&format!("cnn.{}.weight", 2 * layer));
        let bias = leaves.get(&format!("cnn.{}.bias", 2 * layer));
        signal = padded.conv1d(&weight, Some(&bias), [1], [0], [1], 1).relu();
    }
    signal.mean_dim(2, false, Kind::Double)
}

/// Moments of the last lap of a bidirectional layer, and means over the ends of the half.
fn ring(model: &NetworkDeck, leaves: &Leaves, fields: &Tensor) -> Tensor {
    let (sites, width) = (fields.size()[1], model.features as i64);
    let laps = model.laps.unwrap_or(2) as i64;
    let weights = leaves.recurrent(true);
    let way = tuples(model, fields).repeat([1, laps, 1]);
    let start = zeros(2, fields, model);
    let outputs = way.gru(&start, &weights, true, 1, 0.0, false, true, true).0;
    let clockwise = outputs
        .narrow(1, (laps - 1) * sites, sites)
        .narrow(2, 0, width);
    let anticlockwise = outputs.narrow(1, 0, sites).narrow(2, width, width);
    let mean = |values: &Tensor| values.mean_dim(1, false, Kind::Double);
    let mut parts = vec![
        mean(&clockwise),
        mean(&clockwise.square()),
        mean(&anticlockwise),
        mean(&anticlockwise.square()),
    ];
    if model.kind == "half-ring-gru" {
        // The tuples that reach across the bonds (L, 1) and (L/2, L/2 + 1).
        let middle = tuple(model) / 2;
        let across = [sites - middle, sites / 2 - middle].map(|site| site % sites);
        let [clockwise, anticlockwise] =
            [clockwise, anticlockwise].map(|it| it.index_select(1, &Tensor::from_slice(&across)));
        let products = &clockwise * &anticlockwise;
        parts.extend([mean(&clockwise), mean(&anticlockwise), mean(&products)]);
    }
    Tensor::cat(&parts, 1)
}

fn head(leaves: &Leaves, features: &Tensor) -> Tensor {
    let layer = |name: &str, input: &Tensor| {
        let weight = leaves.get(&format!("head.{name}.weight"));
        input.linear(&weight, Some(&leaves.get(&format!("head.{name}.bias"))))
    };
    layer("2", &layer("0", features).relu())
}

fn close(ours: &[f64], theirs: &Tensor, what: &str) {
    let theirs = Vec::<f64>::try_from(theirs.flatten(0, -1)).unwrap();
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (own, their) in ours.iter().zip(theirs) {
        assert!(
            (own - their).abs() < 1e-12 * their.abs().max(1.0),
            "{what}: {own} {their}"
        );
    }
}

/// A batch of random fields with targets.
struct Case {
    fields: Array2<f64>,
    targets: Array2<f64>,
}

impl Case {
    fn new() -> Self {
        let value = |(k, target)| ((k + target) as f64).cos();
        Self {
            fields: fixture::fields(10, 5.0, 11),
            targets: Array2::from_shape_fn((11, 2), value),
        }
    }

    /// One pass of our own.
    fn pass(&self, network: &dyn Network, parameters: &[f64], kind: PassKind) -> f64 {
        let sample = |k: usize| Sample {
            inputs: self.fields.row(k).to_slice().unwrap(),
            conditions: &[0.0],
            targets: self.targets.row(k).to_slice().unwrap(),
            symmetry: SymmetryOperation::default(),
        };
        let samples: Vec<Sample> = (0..self.fields.nrows()).map(sample).collect();
        let batch = Batch {
            sites: self.fields.ncols(),
            samples: &samples,
            shares: &[1.0; 2],
        };
        network.worker().pass(0, parameters, batch, kind)
    }
}

fn tensor(values: &Array2<f64>) -> Tensor {
    let flat: Vec<f64> = values.iter().copied().collect();
    Tensor::from_slice(&flat).view([values.nrows() as i64, -1])
}

#[test]
fn outputs_and_gradients_are_those_of_libtorch() {
    let case = Case::new();
    let samples = case.fields.nrows();
    for model in fixture::models() {
        let model = NetworkDeck {
            degree_in_length: 0,
            ..model
        };
        let ensemble = fixture::ensemble(&model, 1);
        let network: &dyn Network = ensemble.network.as_ref();
        let parameters = fixture::parameters(network, 1);
        let own = parameters.row(0);
        let own = own.to_slice().unwrap();
        let leaves = Leaves::new(&network.tensor_specs(), parameters.row(0));

        let theirs = features(&model, &leaves, &tensor(&case.fields));
        let mut ours = vec![0.0; samples * network.features()];
        case.pass(network, own, PassKind::Features(&mut ours));
        close(&ours, &theirs, &format!("features of {model:?}"));

        let outputs = head(&leaves, &theirs);
        let mut ours = vec![0.0; samples * 2];
        let predictions = PassKind::Predictions {
            conditions: &[0.0],
            weight: 1.0,
            indicators: &mut ours,
        };
        case.pass(network, own, predictions);
        close(&ours, &outputs, &format!("outputs of {model:?}"));

        let mut ours = vec![0.0; own.len()];
        let sum = case.pass(network, own, PassKind::Gradient(&mut ours));
        let loss = (outputs - tensor(&case.targets))
            .square()
            .mean(Kind::Double);
        let mean = sum / samples as f64;
        close(&[mean], &loss, &format!("loss of {model:?}"));
        let all: Vec<&Tensor> = leaves.0.iter().map(|(_, leaf)| leaf).collect();
        let theirs = Tensor::run_backward(&[loss], &all, false, false);
        let flat: Vec<Tensor> = theirs.iter().map(|it| it.flatten(0, -1)).collect();
        ours.iter_mut().for_each(|value| *value /= samples as f64);
        close(
            &ours,
            &Tensor::cat(&flat, 0),
            &format!("gradient of {model:?}"),
        );
    }
}
