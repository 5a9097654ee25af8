//! Every kind against PyTorch's own modules: the same tensors, and the same indicators from the same
//! weights. tests/data/pytorch_networks.py wrote the file.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::against_native::difference;
use crate::deck::{BackendName, LossKind, NetworkDeck};
use crate::learn::network::{Architecture, BackendChoice, Blueprint, KINDS, Loss, PassKind};
use crate::learn::samples::{Batch, Sample, SymmetryOperation};
use crate::learn::tests::fixture;

const SITES: usize = 10;
const SAMPLES: usize = 3;

#[derive(Deserialize)]
struct File {
    condition: f64,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    model: NetworkDeck,
    tensors: Vec<(String, Vec<usize>)>,
    indicators: Vec<[f64; 2]>,
}

#[test]
fn indicators_are_those_of_pytorch() {
    let text = include_str!("../../../../../tests/data/pytorch_networks.json");
    let File { condition, cases } = serde_json::from_str(text).unwrap();
    for kind in KINDS {
        assert!(cases.iter().any(|case| case.model.kind == kind.name));
    }
    let fields: Vec<f64> = (0..SITES * SAMPLES)
        .map(|place| 4.0 * (1.3 * place as f64).sin())
        .collect();
    for Case {
        model,
        tensors,
        indicators,
    } in cases
    {
        let choice = BackendChoice {
            backend: BackendName::Torch,
            ..BackendChoice::default()
        };
        let kind = fixture::resolved(&model).kind;
        let architecture = Architecture::new(kind, model.clone(), choice).unwrap();
        let network = architecture.backend.build(&Blueprint {
            dimensions: &model,
            maps: &[fixture::SCALED, fixture::BOUNDED],
            loss: Loss::unweighted(LossKind::Mse, 2),
            conditioned: true,
        });
        let numbered = tensors.iter().enumerate();
        let mut theirs: BTreeMap<&String, (usize, &Vec<usize>)> = numbered
            .map(|(number, (name, shape))| (name, (number, shape)))
            .collect();
        let mut parameters = Vec::new();
        for spec in network.tensor_specs() {
            let (number, shape) = theirs.remove(&spec.name).expect(&spec.name);
            assert_eq!(shape, &spec.dimensions, "{}", spec.name);
            let value = |index: usize| 0.4 * (index as f64 + 0.7 * number as f64).sin();
            parameters.extend((0..spec.count()).map(value));
        }
        assert!(theirs.is_empty(), "{theirs:?}");

        let sample = |field| Sample {
            inputs: field,
            conditions: &[],
            targets: &[],
            symmetry: SymmetryOperation::default(),
        };
        let samples: Vec<Sample> = fields.chunks(SITES).map(sample).collect();
        let batch = Batch {
            sites: SITES,
            samples: &samples,
            shares: &[],
        };
        let mut found = vec![0.0; 2 * SAMPLES];
        let kind = PassKind::Predictions {
            conditions: &[condition],
            weight: 1.0,
            indicators: &mut found,
        };
        network.worker().pass(0, &parameters, batch, kind);
        let apart = difference(&found, indicators.as_flattened());
        assert!(apart < 1e-12, "{model:?}: {apart:e}");
    }
}
