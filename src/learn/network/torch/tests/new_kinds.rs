//! What only libtorch computes: gradients against differences, symmetries, wide and deep networks.

use super::against_native::{Case, network};
use crate::deck::{BackendName, NetworkDeck, Precision};
use crate::learn::network::{Network, PassKind, parameter_count};
use crate::learn::samples::{Batch, Sample, SymmetryOperation};
use crate::learn::tests::fixture;

fn kind(kind: &str, features: usize) -> NetworkDeck {
    NetworkDeck {
        kind: kind.to_owned(),
        features,
        hidden: 5,
        ..NetworkDeck::default()
    }
}

fn torch(model: &NetworkDeck) -> Box<dyn Network> {
    network(model, BackendName::Torch, Precision::Double)
}

/// Networks that the native backend does not have.
fn models() -> Vec<NetworkDeck> {
    let deep = |name: &str| NetworkDeck {
        layers: Some(3),
        ..kind(name, 4)
    };
    vec![
        kind("transformer", 8),
        NetworkDeck {
            heads: Some(3),
            layers: Some(1),
            ..kind("transformer", 6)
        },
        kind("deep-sets", 4),
        NetworkDeck {
            kernel: Some(1),
            ..deep("deep-sets")
        },
        deep("gru"),
        deep("lstm"),
        deep("rnn"),
        deep("ring-gru"),
        deep("half-ring-gru"),
        kind("gru", 80),
    ]
}

/// The loss along the gradient, by differences of fourth order. Networks of an even number of features
/// have the squared error; the other loss has weights that the gradient takes as constants.
#[test]
fn gradients_are_those_of_differences() {
    let case = Case::new();
    for model in models() {
        let network = torch(&model);
        let own = fixture::parameters(network.as_ref(), 1);
        let own = own.as_slice().unwrap();
        let mut gradient = vec![0.0; own.len()];
        let sum = &mut gradient;
        case.pass(network.as_ref(), own, PassKind::Gradient { sum, seed: 1 });
        let length = gradient.iter().map(|it| it * it).sum::<f64>().sqrt();
        let at = |step: f64| {
            let moved = own.iter().zip(&gradient);
            let moved: Vec<f64> = moved.map(|(own, by)| own + step * by / length).collect();
            case.pass(network.as_ref(), &moved, PassKind::Loss)
        };
        // Short, because ReLU has kinks.
        let step = 1e-6;
        let slope =
            (8.0 * (at(step) - at(-step)) - (at(2.0 * step) - at(-2.0 * step))) / (12.0 * step);
        assert!(
            (slope / length - 1.0).abs() < 1e-6,
            "{model:?}: {slope} {length}"
        );
    }
}

fn features(network: &dyn Network, parameters: &[f64], field: &[f64]) -> Vec<f64> {
    let mut found = vec![0.0; network.features()];
    let sample = Sample {
        inputs: field,
        conditions: &[],
        targets: &[],
        symmetry: SymmetryOperation::default(),
    };
    let batch = Batch {
        sites: field.len(),
        samples: &[sample],
        shares: &[],
    };
    let kind = PassKind::Features(&mut found);
    network.worker().pass(0, parameters, batch, kind);
    found
}

/// Shifts change neither; reflections not the transformer; the reversal of all fields not the set.
#[test]
fn features_have_the_symmetries_of_the_ring() {
    let sites = 10;
    let field = fixture::fields(sites, 4.0, 1);
    let at = |site: usize| field[(0, site % sites)];
    let moved = |change: &dyn Fn(usize) -> f64| (0..sites).map(change).collect::<Vec<_>>();
    for (model, reflected, reversed) in [
        (kind("transformer", 8), true, false),
        (kind("deep-sets", 4), false, true),
    ] {
        let network = torch(&model);
        let own = fixture::parameters(network.as_ref(), 1);
        let features = |change: &dyn Fn(usize) -> f64| {
            features(network.as_ref(), own.as_slice().unwrap(), &moved(change))
        };
        let original = features(&at);
        let same = |change: &dyn Fn(usize) -> f64| {
            let found = features(change);
            let mut pairs = found.iter().zip(&original);
            pairs.all(|(one, other)| (one - other).abs() < 1e-12)
        };
        assert!(same(&|site| at(site + 3)), "{model:?}");
        assert_eq!(same(&|site| at(sites - site)), reflected, "{model:?}");
        assert_eq!(same(&|site| -at(site)), reversed, "{model:?}");
        // Which sites are neighbours matters.
        let exchanged = |site: usize| at([0, 4, 2, 3, 1, 5, 6, 7, 8, 9][site]);
        assert!(!same(&exchanged), "{model:?}");
    }
}

/// What a step leaves out follows from its seed, and on average nothing is lost.
#[test]
fn dropout_keeps_the_mean_and_follows_its_seed() {
    let case = Case::new();
    for name in ["gru", "ring-gru", "cnn", "transformer", "deep-sets"] {
        let model = NetworkDeck {
            layers: Some(2),
            dropout: 0.25,
            ..kind(name, 4)
        };
        let network = torch(&model);
        let own = fixture::parameters(network.as_ref(), 1);
        let own = own.as_slice().unwrap();
        let loss = |seed| {
            let sum = &mut vec![0.0; own.len()];
            case.pass(network.as_ref(), own, PassKind::Gradient { sum, seed })
        };
        assert_eq!(loss(1), loss(1), "{name}");
        assert_ne!(loss(1), loss(2), "{name}");
        let whole = case.pass(network.as_ref(), own, PassKind::Loss);
        assert_ne!(loss(1), whole, "{name}");
    }
    let ones = tch::Tensor::ones([100, 1000], (tch::Kind::Double, tch::Device::Cpu));
    let dropout = super::super::regularisation::Dropout::new(0.25, 7);
    let kept = dropout.apply(ones);
    // The standard deviation of the mean of 10⁵ is 0.0018.
    assert!((kept.mean(tch::Kind::Double).double_value(&[]) - 1.0).abs() < 0.006);
    let zero = kept.eq(0.0).to_kind(tch::Kind::Double);
    assert!((zero.mean(tch::Kind::Double).double_value(&[]) - 0.25).abs() < 0.006);
}

/// Numbers of parameters as PyTorch has them.
#[test]
fn layers_have_the_parameters_of_pytorch() {
    // Embedding 16, distances 20, two layers of 64 · 3 + 24 + 72 + 144 + 136 + 32, a norm of 16.
    let layer = 3 * 8 * 8 + 24 + 72 + 144 + 136 + 32;
    let transformer = torch(&kind("transformer", 8));
    assert_eq!(transformer.extractor_parameters(), 16 + 20 + 2 * layer + 16);
    let wide = torch(&kind("gru", 512));
    let specs = wide.tensor_specs();
    assert_eq!(wide.extractor_parameters(), 3 * 512 * (2 + 512 + 2));
    assert!(parameter_count(&specs) > 780_000);
}
