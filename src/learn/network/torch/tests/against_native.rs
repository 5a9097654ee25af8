//! Every kind that both backends have, with every option that changes a gradient: the same features,
//! predictions, losses and gradients, though one was written out by hand and the other is automatic.

use ndarray::Array2;

use crate::deck::{BackendName, LossKind, NetworkDeck, Precision};
use crate::learn::network::{
    Architecture, BackendChoice, Blueprint, Loss, Network, PassKind, TargetMap,
};
use crate::learn::samples::{Batch, Sample, SymmetryGroup, SymmetryOperation};
use crate::learn::tests::fixture;

const SITES: usize = 10;
const SAMPLES: usize = 11;
const CONDITIONS: [f64; 2] = [-0.2, 0.3];

/// The network by this backend, with options that differ from kind to kind.
pub fn network(
    model: &NetworkDeck,
    backend: BackendName,
    precision: Precision,
) -> Box<dyn Network> {
    let choice = BackendChoice {
        backend,
        precision,
        ..BackendChoice::default()
    };
    let named = fixture::resolved(model);
    let architecture = Architecture::new(named.kind, model.clone(), choice).unwrap();
    let kind = match model.features % 2 {
        0 => LossKind::Mse,
        _ => LossKind::BetaNll,
    };
    architecture.backend.build(&Blueprint {
        dimensions: model,
        maps: &[fixture::BOUNDED, fixture::SCALED],
        loss: Loss {
            kind,
            weights: vec![0.25, 0.75],
            scales: vec![0.5, 2.0],
        },
        conditioned: model.features > 2,
    })
}

/// Samples with symmetry operations, of which some lack a target.
pub struct Case {
    fields: Array2<f64>,
    targets: Array2<f64>,
}

impl Case {
    pub fn new() -> Self {
        let value = |(sample, target)| match (sample + target) % 5 {
            0 => f64::NAN,
            _ => ((sample + target) as f64).cos(),
        };
        Self {
            fields: fixture::fields(SITES, 5.0, SAMPLES as u32),
            targets: Array2::from_shape_fn((SAMPLES, 2 * CONDITIONS.len()), value),
        }
    }

    /// One pass over all samples.
    pub fn pass(&self, network: &dyn Network, parameters: &[f64], kind: PassKind) -> f64 {
        let moved = SymmetryGroup::of(&["entanglement".to_owned()]);
        let operations: Vec<SymmetryOperation> = moved.operations(SITES).collect();
        let sample = |number: usize| Sample {
            inputs: self.fields.row(number).to_slice().unwrap(),
            conditions: &CONDITIONS,
            targets: self.targets.row(number).to_slice().unwrap(),
            symmetry: operations[number % operations.len()],
        };
        let samples: Vec<Sample> = (0..SAMPLES).map(sample).collect();
        let batch = Batch {
            sites: SITES,
            samples: &samples,
            shares: &[1.25, 0.8],
        };
        network.worker().pass(0, parameters, batch, kind)
    }

    /// Features, predictions, and the loss with its gradient.
    pub fn all(&self, network: &dyn Network, parameters: &[f64]) -> [Vec<f64>; 3] {
        let mut features = vec![0.0; SAMPLES * network.features()];
        self.pass(network, parameters, PassKind::Features(&mut features));
        let mut predictions = vec![0.5; SAMPLES * 2 * CONDITIONS.len()];
        let kind = PassKind::Predictions {
            conditions: &CONDITIONS,
            weight: 0.5,
            indicators: &mut predictions,
        };
        self.pass(network, parameters, kind);
        let mut gradient = vec![0.5; parameters.len()];
        let sum = &mut gradient;
        let loss = self.pass(network, parameters, PassKind::Gradient { sum, seed: 1 });
        let alone = self.pass(network, parameters, PassKind::Loss);
        assert!((alone / loss - 1.0).abs() < 1e-6, "{alone} {loss}");
        gradient.push(loss);
        [features, predictions, gradient]
    }
}

/// The largest difference of two lists, in units of numbers above one.
pub fn difference(one: &[f64], other: &[f64]) -> f64 {
    assert_eq!(one.len(), other.len());
    let apart = |(one, other): (&f64, &f64)| (one - other).abs() / other.abs().max(1.0);
    one.iter().zip(other).map(apart).fold(0.0, f64::max)
}

#[test]
fn both_backends_compute_the_same() {
    let case = Case::new();
    for model in fixture::models() {
        let native = network(&model, BackendName::Native, Precision::Double);
        let own = fixture::parameters(native.as_ref(), 1);
        let own = own.as_slice().unwrap();
        let exact = case.all(native.as_ref(), own);
        for (precision, tolerance) in [(Precision::Double, 1e-12), (Precision::Single, 2e-4)] {
            let torch = network(&model, BackendName::Torch, precision);
            assert_eq!(torch.tensor_specs(), native.tensor_specs());
            assert_eq!(torch.features(), native.features());
            let extractor = native.extractor_parameters();
            assert_eq!(torch.extractor_parameters(), extractor);
            let found = case.all(torch.as_ref(), own);
            for (found, exact) in found.iter().zip(&exact) {
                let apart = difference(found, exact);
                assert!(apart < tolerance, "{model:?}: {apart:e}");
                // Numbers of 32 bits are indeed others.
                assert_eq!(apart > 1e-9, precision == Precision::Single, "{apart:e}");
            }
        }
    }
}

/// Heads behind frozen features, each member with its own.
#[test]
fn both_backends_train_the_same_heads() {
    let model = NetworkDeck::default();
    let gradients = |backend| {
        let choice = BackendChoice {
            backend,
            ..BackendChoice::default()
        };
        let architecture = fixture::resolved(&model);
        let architecture = Architecture::new(architecture.kind, model.clone(), choice).unwrap();
        let blueprint = Blueprint {
            dimensions: &model,
            maps: &[TargetMap::IDENTITY],
            loss: Loss::unweighted(LossKind::Mse, 1),
            conditioned: true,
        };
        let head = architecture.backend.head(&blueprint, 3);
        let parameters = fixture::parameters(head.as_ref(), 1);
        let own = parameters.as_slice().unwrap();
        assert_eq!(head.extractor_parameters(), 0);
        let inputs = [0.3, -0.2, 0.9, 1.0, 0.1, -0.7];
        let sample = Sample {
            inputs: &inputs,
            conditions: &[0.1],
            targets: &[0.4],
            symmetry: SymmetryOperation::default(),
        };
        let batch = Batch {
            sites: 8,
            samples: &[sample, sample],
            shares: &[1.0],
        };
        [0, 1].map(|member| {
            let mut gradient = vec![0.0; own.len()];
            let kind = PassKind::Gradient {
                sum: &mut gradient,
                seed: 0,
            };
            let loss = head.worker().pass(member, own, batch, kind);
            gradient.push(loss);
            gradient
        })
    };
    let (native, torch) = (
        gradients(BackendName::Native),
        gradients(BackendName::Torch),
    );
    for (native, torch) in native.iter().zip(&torch) {
        assert!(difference(torch, native) < 1e-13);
    }
    assert!(difference(&native[0], &native[1]) > 0.01);
}
