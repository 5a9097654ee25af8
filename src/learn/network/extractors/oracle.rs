//! Every kind of network against libtorch's own: the same outputs, and by its automatic
//! differentiation the same gradients.

use ndarray::{Array2, ArrayView1};
use tch::{Device, Kind, Tensor};

use crate::comm::Alone;
use crate::deck::{Input, Model};
use crate::learn::network::parameters::Shape;
use crate::learn::network::{CHUNK, Network, Task};
use crate::learn::samples::{Batch, Move, Realization, Sample, Set};
use crate::learn::tests::fixture;
use crate::learn::training::gradient;

/// The tensors of a member under their names, as leaves of a gradient.
struct Leaves(Vec<(String, Tensor)>);

impl Leaves {
    fn new(shapes: &[Shape], values: ArrayView1<f64>) -> Self {
        let mut start = 0;
        let leaf = |shape: &Shape| {
            let own = values
                .slice(ndarray::s![start..start + shape.count()])
                .to_vec();
            start += shape.count();
            let dimensions: Vec<i64> = shape.dimensions.iter().map(|&it| it as i64).collect();
            let tensor = Tensor::from_slice(&own).view(&dimensions[..]);
            (shape.name.clone(), tensor.set_requires_grad(true))
        };
        Self(shapes.iter().map(leaf).collect())
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

/// The features (sample, feature) of `fields` (sample, site) by libtorch.
fn features(model: &Model, leaves: &Leaves, fields: &Tensor) -> Tensor {
    let (samples, sites) = fields.size2().unwrap();
    let fields = match model.input {
        Input::Raw => fields.shallow_clone(),
        Input::Centred => fields - fields.mean_dim(1, true, Kind::Double),
    };
    let tuple = model.tuple.unwrap_or(2) as i64;
    let tuples: Vec<Tensor> = (0..tuple).map(|next| fields.roll(-next, 1)).collect();
    let tuples = Tensor::stack(&tuples, 2);
    let width = model.features as i64;
    let zeros =
        |directions: i64| Tensor::zeros([directions, samples, width], (Kind::Double, Device::Cpu));
    match model.kind.as_str() {
        "gru" => {
            let weights = leaves.recurrent(false);
            tuples
                .gru(&zeros(1), &weights, true, 1, 0.0, false, false, true)
                .1
                .squeeze_dim(0)
        }
        "rnn" => {
            let weights = leaves.recurrent(false);
            tuples
                .rnn_tanh(&zeros(1), &weights, true, 1, 0.0, false, false, true)
                .1
                .squeeze_dim(0)
        }
        "lstm" => {
            let (weights, start) = (leaves.recurrent(false), [zeros(1), zeros(1)]);
            tuples
                .lstm(&start, &weights, true, 1, 0.0, false, false, true)
                .1
                .squeeze_dim(0)
        }
        "cnn" => {
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
        ring @ ("ring-gru" | "half-ring-gru") => {
            let laps = model.laps.unwrap_or(2) as i64;
            let weights = leaves.recurrent(true);
            let way = tuples.repeat([1, laps, 1]);
            let outputs = way
                .gru(&zeros(2), &weights, true, 1, 0.0, false, true, true)
                .0;
            let forth = outputs
                .narrow(1, (laps - 1) * sites, sites)
                .narrow(2, 0, width);
            let back = outputs.narrow(1, 0, sites).narrow(2, width, width);
            let mean = |values: &Tensor| values.mean_dim(1, false, Kind::Double);
            let mut parts = vec![
                mean(&forth),
                mean(&forth.square()),
                mean(&back),
                mean(&back.square()),
            ];
            if ring == "half-ring-gru" {
                // The tuples that reach across the bonds (L, 1) and (L/2, L/2 + 1).
                let across = [sites - tuple / 2, sites / 2 - tuple / 2].map(|site| site % sites);
                let [forth, back] =
                    [forth, back].map(|it| it.index_select(1, &Tensor::from_slice(&across)));
                parts.extend([mean(&forth), mean(&back), mean(&(&forth * &back))]);
            }
            Tensor::cat(&parts, 1)
        }
        other => panic!("no oracle for {other}: write one"),
    }
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

#[test]
fn outputs_and_gradients_are_those_of_libtorch() {
    let (samples, sites) = (11, 10);
    let fields = fixture::fields(sites, 5.0, samples as u32);
    let targets = Array2::from_shape_fn((samples, 2), |(k, target)| ((k + target) as f64).cos());
    let tensor = |values: &Array2<f64>| {
        let flat: Vec<f64> = values.iter().copied().collect();
        Tensor::from_slice(&flat).view([values.nrows() as i64, -1])
    };
    for model in fixture::models() {
        let model = Model {
            degree_in_length: 0,
            ..model
        };
        let ensemble = fixture::ensemble(&model, 1);
        let network: &dyn Network = ensemble.network.as_ref();
        let parameters = fixture::parameters(network, 1);
        let leaves = Leaves::new(&network.shapes(), parameters.row(0));

        let found = features(&model, &leaves, &tensor(&fields));
        let rows: Vec<Sample> = fields
            .rows()
            .into_iter()
            .map(|row| Sample {
                inputs: row.to_slice().unwrap(),
                energy_densities: &[],
                targets: &[],
                symmetry: Move::default(),
            })
            .collect();
        let mut ours = vec![0.0; samples * network.features()];
        let own = parameters.row(0);
        let batch = Batch {
            sites,
            samples: &rows,
        };
        let mut worker = network.worker();
        worker.work(0, own.to_slice().unwrap(), batch, Task::Features(&mut ours));
        close(&ours, &found, &format!("features of {model:?}"));

        let outputs = head(&leaves, &found);
        let mut ours = vec![0.0; samples * 2];
        let task = Task::Predictions {
            energy_densities: &[0.5],
            share: 1.0,
            indicators: &mut ours,
        };
        worker.work(0, own.to_slice().unwrap(), batch, task);
        close(&ours, &outputs, &format!("outputs of {model:?}"));

        let realizations: Vec<Realization> = (0..samples)
            .map(|number| Realization {
                sites,
                strength: 0,
                inputs: fields.row(number).to_vec(),
                energy_densities: vec![0.5],
                targets: targets.row(number).to_vec(),
            })
            .collect();
        let set = Set::new(&realizations);
        let places: Vec<usize> = (0..samples).collect();
        let chunks = set.chunks(&places, CHUNK, |_, _| Move::default());
        let exact = gradient(&Alone, worker.as_mut(), parameters.view(), &[true], &chunks);
        let loss = (outputs - tensor(&targets)).square().mean(Kind::Double);
        close(&exact.losses, &loss, &format!("loss of {model:?}"));
        let all: Vec<&Tensor> = leaves.0.iter().map(|(_, leaf)| leaf).collect();
        let slopes = Tensor::run_backward(&[loss], &all, false, false);
        let flat: Vec<Tensor> = slopes.iter().map(|slope| slope.flatten(0, -1)).collect();
        close(
            &exact.values,
            &Tensor::cat(&flat, 0),
            &format!("gradient of {model:?}"),
        );
    }
}
