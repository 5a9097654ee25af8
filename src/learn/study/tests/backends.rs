//! Trainings by libtorch: the losses of the program's own kernels, and what holds for every training.

use super::*;
use crate::deck::{BackendName, NetworkDeck, OptimizerKind, Precision};

fn with_torch(model: NetworkDeck) -> Learn {
    Learn {
        backend: BackendName::Torch,
        model,
        ..learn()
    }
}

fn kind(kind: &str, features: usize) -> NetworkDeck {
    NetworkDeck {
        kind: kind.to_owned(),
        features,
        ..NetworkDeck::default()
    }
}

/// The losses of each epoch, training and validation, member after member.
fn losses(learn: &Learn, data: &[Table]) -> Vec<f64> {
    let mut found = Vec::new();
    let mut keep = |epoch: &Epoch| {
        found.extend(&epoch.members);
        found.extend(epoch.validation.iter().flat_map(|it| &it.members));
    };
    fixture::train(&Alone, learn, data, &mut keep).unwrap();
    found
}

#[test]
fn both_backends_learn_the_same() {
    let data = data(Split::Train, 41);
    for model in [kind("gru", 2), kind("ring-gru", 16), kind("cnn", 8)] {
        for optimizer in [OptimizerKind::Adam, OptimizerKind::Sgd] {
            let torch = Learn {
                epochs: 3,
                optimizer,
                validation: Some(Validation::Fraction(0.2)),
                ..with_torch(model.clone())
            };
            let native = Learn {
                backend: BackendName::Native,
                ..torch.clone()
            };
            let (found, exact) = (losses(&torch, &data), losses(&native, &data));
            assert_eq!(found.len(), 3 * 2 * 3);
            for (found, exact) in found.iter().zip(&exact) {
                assert!((found / exact - 1.0).abs() < 1e-10, "{found} {exact}");
            }
        }
    }
}

/// Small networks, whose gradients are added up at once, and large ones, which have more numbers.
#[test]
fn torch_does_not_depend_on_the_ranks() {
    let data = data(Split::Train, 41);
    for (model, precision) in [
        (kind("gru", 2), Precision::Double),
        (kind("ring-gru", 96), Precision::Single),
        (
            NetworkDeck {
                layers: Some(2),
                dropout: 0.2,
                ..kind("transformer", 8)
            },
            Precision::Double,
        ),
    ] {
        let learn = Learn {
            precision,
            epochs: 1,
            validation: Some(Validation::Fraction(0.2)),
            symmetry: Symmetry::Augment,
            ..with_torch(model)
        };
        let on = |comm: &dyn Communicator| {
            let outcome = fixture::train(comm, &learn, &data, &mut |_: &Epoch| ());
            outcome.unwrap().ensemble.parameters
        };
        let alone = on(&Alone);
        for ranks in [2, 3, 4] {
            for found in threads::run(ranks, on) {
                assert_eq!(found, alone, "{ranks} ranks");
            }
        }
    }
}

#[test]
fn a_resumed_training_of_torch_equals_an_uninterrupted_one() {
    let data = data(Split::Train, 20);
    let model = NetworkDeck {
        dropout: 0.2,
        ..kind("ring-gru", 4)
    };
    let learn = Learn {
        epochs: 4,
        ..with_torch(model)
    };
    let whole = run(&learn, &data).parameters;
    let mut observer = Interrupted {
        after: 2,
        kept: None,
    };
    fixture::train(&Alone, &learn, &data, &mut observer).unwrap();
    assert_eq!(observer.kept.as_ref().unwrap().1.epoch, 2);
    let again = fixture::train(&Alone, &learn, &data, &mut observer).unwrap();
    assert_eq!(again.ensemble.parameters, whole);
    // Another precision or backend is another training.
    for other in [
        Learn {
            precision: Precision::Single,
            ..learn.clone()
        },
        Learn {
            backend: BackendName::Auto,
            model: kind("ring-gru", 4),
            ..learn.clone()
        },
    ] {
        let found = fixture::train(&Alone, &other, &data, &mut observer).unwrap();
        assert_eq!(found.ensemble.parameters, run(&other, &data).parameters);
    }
}

/// New kinds learn a smooth function, and studies train their heads alone.
#[test]
fn new_kinds_learn_in_every_study() {
    for model in [kind("transformer", 8), kind("deep-sets", 8)] {
        let learn = Learn {
            epochs: 30,
            ..with_torch(model)
        };
        let found = losses(&learn, &data(Split::Train, 60));
        assert!(found[58] < 0.1 * found[0], "{found:?}");
    }
    let conditioned = Learn {
        study: toml::from_str("kind = \"conditioned\"\nepochs = 2").unwrap(),
        ..with_torch(kind("deep-sets", 4))
    };
    let tables: Vec<Table> = [Split::Train, Split::Test]
        .map(|split| fixture::table_at(8, split, &[1.0, 3.0], 20, &[0.4, 0.5]))
        .to_vec();
    let learn = Learn {
        train_sizes: vec![8],
        ..conditioned
    };
    let ensemble = run(&learn, &tables);
    assert_eq!(ensemble.description.energy_densities, [0.4, 0.5]);
    let native = Learn {
        backend: BackendName::Auto,
        model: kind("gru", 4),
        ..learn.clone()
    };
    let torch = Learn {
        model: kind("gru", 4),
        ..learn
    };
    let (native, torch) = (run(&native, &tables), run(&torch, &tables));
    let apart = (&native.parameters - &torch.parameters).mapv(f64::abs);
    assert!(apart.fold(0.0_f64, |most, it| most.max(*it)) < 1e-9);
}

/// A network of 512 features trains, and its file says what computed it.
#[test]
fn a_wide_network_is_saved_and_loaded() {
    let learn = Learn {
        members: 1,
        epochs: 1,
        batch: 16,
        precision: Precision::Single,
        ..with_torch(kind("gru", 512))
    };
    let data = data(Split::Train, 4);
    let ensemble = run(&learn, &data);
    let directory = tempfile::tempdir().unwrap();
    ensemble
        .save(directory.path(), &Default::default())
        .unwrap();
    let again = Ensemble::load(directory.path()).unwrap();
    assert_eq!(again.description, ensemble.description);
    assert_eq!(again.parameters, ensemble.parameters);
    let fields = fixture::fields(12, 6.0, 3);
    let predict = |it: &Ensemble| it.predict(fields.view(), &[fixture::MIDDLE]);
    assert_eq!(predict(&again), predict(&ensemble));
    let description = serde_json::to_string(&ensemble.description).unwrap();
    for part in ["\"backend\":\"torch\"", "\"precision\":\"single\""] {
        assert!(description.contains(part), "{description}");
    }
    // Those of the program's own kernels say nothing, so that older programs read them.
    let native = serde_json::to_string(&fixture::untrained(1).description).unwrap();
    assert!(!native.contains("backend"), "{native}");
}
