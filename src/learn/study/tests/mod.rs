//! Whole trainings on small synthetic data: what holds for every training.

#[cfg(feature = "torch")]
mod backends;
mod studies;

use std::cell::Cell;

use crate::comm::{Alone, Communicator, threads};
use crate::deck::{Learn, MissingTargets, QUENCH, Split, Study, Symmetry, Validation};
use crate::error::Result;
use crate::identity::Identity;
use crate::indicators::{self, half_chain_entropy};
use crate::learn::ensemble::Ensemble;
use crate::learn::evaluation::evaluate;
use crate::learn::tests::fixture;
use crate::learn::training::{Epoch, Observer, State};
use crate::store::{Dimension, Table};

fn learn() -> Learn {
    let text = r#"
        train_sizes = [8, 10]
        targets = ["gap_ratio", "entanglement"]
        members = 2
        epochs = 2
        batch = 50
        learning_rate = 1e-2
    "#;
    toml::from_str(text).unwrap()
}

fn data(split: Split, realizations: u32) -> Vec<Table> {
    [10, 8]
        .map(|sites| fixture::table(sites, split, &[1.0, 3.0, 6.0], realizations))
        .to_vec()
}

fn run(learn: &Learn, data: &[Table]) -> Ensemble {
    fixture::train(&Alone, learn, data, &mut |_: &Epoch| ())
        .unwrap()
        .ensemble
}

/// The error is far below that of the best constant, also on chains of another length.
#[test]
fn a_smooth_function_is_learned() {
    let learn = Learn {
        epochs: 40,
        ..learn()
    };
    let mut epochs = Vec::new();
    let mut keep = |epoch: &Epoch| epochs.push(epoch.clone());
    let ensemble = fixture::train(&Alone, &learn, &data(Split::Train, 100), &mut keep)
        .unwrap()
        .ensemble;
    assert_eq!(epochs.len(), 40);
    assert!(epochs[39].loss < 0.05 * epochs[0].loss);
    let mean = epochs[39].members.iter().sum::<f64>() / 2.0;
    assert!((epochs[39].loss - mean).abs() < 1e-15);

    let unseen = fixture::table(12, Split::Test, &[1.0, 3.0, 6.0], 100);
    let entropy = unseen
        .by_realization("entanglement", Dimension::EnergyDensity)
        .unwrap();
    let scale = half_chain_entropy(learn.normalisation, 12);
    let variance = entropy.mapv(|raw| raw / scale).var(0.0);
    let scores = evaluate(&Alone, &ensemble, MissingTargets::LeaveOut, &[unseen]).unwrap();
    assert!(
        scores[1].mse < 0.1 * variance,
        "{} {variance}",
        scores[1].mse
    );
}

/// The same bits on any number of ranks, with every hyperparameter in use.
#[test]
fn training_does_not_depend_on_the_ranks() {
    let data = data(Split::Train, 41);
    let learn = Learn {
        validation: Some(Validation::Fraction(0.2)),
        patience: Some(2),
        symmetry: Symmetry::OrbitAverage,
        standardise: true,
        epochs: 3,
        ..learn()
    };
    let on = |comm: &dyn Communicator| {
        let mut epochs = Vec::new();
        let mut keep =
            |epoch: &Epoch| epochs.push((epoch.members.clone(), epoch.validation.clone()));
        let ensemble = fixture::train(comm, &learn, &data, &mut keep)
            .unwrap()
            .ensemble;
        let fields = fixture::fields(12, 3.0, 3);
        let predicted = ensemble.predict_together(comm, fields.view(), &[fixture::MIDDLE]);
        (ensemble.parameters, epochs, predicted)
    };
    let alone = on(&Alone);
    for ranks in [2, 3, 4] {
        for found in threads::run(ranks, on) {
            assert_eq!(found, alone, "{ranks} ranks");
        }
    }
}

/// One length has no entropies and another lacks gap ratios of some fields. Both targets are learned on all
/// lengths, with the same bits on any number of ranks. Without a mask nothing could be trained.
#[test]
fn targets_with_gaps_are_learned_together() {
    let mut data = data(Split::Train, 100);
    data[0].quantities.remove("entanglement");
    for place in 0..60 {
        data[1].set("gap_ratio", &[1, place, 0], f64::NAN).unwrap();
    }
    let learn = Learn {
        missing: MissingTargets::Mask,
        epochs: 40,
        ..learn()
    };
    let on = |comm: &dyn Communicator| {
        let outcome = fixture::train(comm, &learn, &data, &mut |_: &Epoch| ());
        outcome.unwrap().ensemble
    };
    let ensemble = on(&Alone);
    for found in threads::run(3, |comm| on(comm).parameters) {
        assert_eq!(found, ensemble.parameters);
    }
    let mut unseen = fixture::table(12, Split::Test, &[1.0, 3.0, 6.0], 100);
    let whole = evaluate(&Alone, &ensemble, MissingTargets::Mask, &[unseen.clone()]).unwrap();
    for (score, name) in whole.iter().zip(&ensemble.description.targets) {
        let scale = indicators::scale(name, learn.normalisation, 12);
        let values = unseen
            .by_realization(name, Dimension::EnergyDensity)
            .unwrap();
        let variance = values.mapv(|raw| raw / scale).var(0.0);
        assert!(
            score.mse < 0.2 * variance,
            "{name}: {} {variance}",
            score.mse
        );
    }
    // A score counts the realizations that have its target, and a length without it has none.
    unseen.quantities.remove("gap_ratio");
    let found = evaluate(&Alone, &ensemble, MissingTargets::Mask, &[unseen.clone()]).unwrap();
    assert_eq!(found, whole[1..]);
    let strict = Learn {
        missing: MissingTargets::LeaveOut,
        ..learn.clone()
    };
    let refused = |learn: &Learn, data: &[Table]| {
        let outcome = fixture::train(&Alone, learn, data, &mut |_: &Epoch| ());
        outcome.err().unwrap().to_string()
    };
    let message = refused(&strict, &data);
    assert!(message.contains("holds no \"entanglement\""), "{message}");
    data[1].quantities.remove("entanglement");
    let message = refused(&learn, &data);
    let expected = "no sample to train on has a value of \"entanglement\"";
    assert!(message.contains(expected), "{message}");
}

#[test]
fn a_member_does_not_depend_on_others() {
    let data = data(Split::Train, 20);
    let with = |members| {
        let learn = Learn {
            members,
            validation: Some(Validation::Size(10)),
            train_sizes: vec![8],
            patience: Some(1),
            epochs: 6,
            ..learn()
        };
        run(&learn, &data).parameters.row(0).to_vec()
    };
    assert_eq!(with(1), with(3));
}

/// Keeps the state after some epoch and resumes from it.
struct Interrupted {
    after: usize,
    kept: Option<(Identity, State)>,
}

impl Observer for Interrupted {
    fn epoch(&mut self, _: &Epoch) {}

    fn resume(&mut self, _: &str, identity: Identity) -> Result<Option<State>> {
        let kept = self.kept.as_ref().filter(|(known, _)| *known == identity);
        Ok(kept.map(|(_, state)| state.clone()))
    }

    fn keep(&mut self, identity: Identity, state: &State, _: bool) {
        if state.epoch <= self.after {
            let bytes = postcard::to_stdvec(state).unwrap();
            self.kept = Some((identity, postcard::from_bytes(&bytes).unwrap()));
        }
    }
}

#[test]
fn a_resumed_training_equals_an_uninterrupted_one() {
    let data = data(Split::Train, 20);
    let learn = Learn {
        epochs: 7,
        validation: Some(Validation::Fraction(0.3)),
        patience: Some(3),
        schedule: crate::deck::Schedule::Cosine,
        symmetry: Symmetry::Augment,
        ..learn()
    };
    let whole = run(&learn, &data).parameters;
    for after in [1, 4, 7] {
        let mut observer = Interrupted { after, kept: None };
        let first = fixture::train(&Alone, &learn, &data, &mut observer).unwrap();
        assert_eq!(first.ensemble.parameters, whole);
        let kept = observer.kept.clone().unwrap();
        assert_eq!(kept.1.epoch, after);
        let again = fixture::train(&Alone, &learn, &data, &mut observer).unwrap();
        assert_eq!(again.ensemble.parameters, whole, "after {after}");

        // The state of another training is not used, even of one that begins with the same parameters.
        let learn = || learn.clone();
        let (seed, weights) = (2, vec![1.0, 3.0]);
        for other in [Learn { seed, ..learn() }, Learn { weights, ..learn() }] {
            observer.kept = Some(kept.clone());
            let found = fixture::train(&Alone, &other, &data, &mut observer).unwrap();
            assert_eq!(found.ensemble.parameters, run(&other, &data).parameters);
        }
    }
}

/// The result has the parameters of the least validation loss. A member stops `patience` epochs later.
#[test]
fn members_stop_when_validation_does_not_improve() {
    let data = data(Split::Train, 30);
    let learn = Learn {
        validation: Some(Validation::Size(10)),
        train_sizes: vec![8],
        patience: Some(2),
        epochs: 200,
        learning_rate: 0.1,
        ..learn()
    };
    let mut losses: Vec<Vec<f64>> = Vec::new();
    let mut states = Interrupted {
        after: 200,
        kept: None,
    };
    struct Both<'a>(&'a mut Vec<Vec<f64>>, &'a mut Interrupted);
    impl Observer for Both<'_> {
        fn epoch(&mut self, epoch: &Epoch) {
            assert_eq!(epoch.validation[0].sites, 10);
            self.0.push(epoch.validation[0].members.clone());
        }
        fn keep(&mut self, identity: Identity, state: &State, last: bool) {
            self.1.keep(identity, state, last);
        }
    }
    let found = fixture::train(&Alone, &learn, &data, &mut Both(&mut losses, &mut states)).unwrap();
    assert!(losses.len() < 200, "no member stopped");
    let state = states.kept.unwrap().1;
    for (member, best) in state.best.iter().enumerate() {
        let least = losses
            .iter()
            .map(|own| own[member])
            .fold(f64::INFINITY, f64::min);
        assert_eq!(best.loss, least);
        assert_eq!(
            found.ensemble.parameters.row(member).to_vec(),
            best.parameters
        );
    }
}

#[test]
fn a_loss_that_is_not_finite_stops_all_ranks() {
    let learn = Learn {
        learning_rate: 1e200,
        ..learn()
    };
    let data = data(Split::Train, 20);
    let messages = threads::run(2, |comm| {
        let refused = fixture::train(comm, &learn, &data, &mut |_: &Epoch| ());
        refused.err().unwrap().to_string()
    });
    let message = &messages[0];
    assert!(
        message.contains("in batch 2 of epoch 1, at a learning rate of 1"),
        "{message}"
    );
    assert_eq!(messages[0], messages[1]);
}

#[test]
fn missing_data_are_named() {
    let refused = |data: &[Table]| {
        let found = fixture::train(&Alone, &learn(), data, &mut |_: &Epoch| ());
        found.err().unwrap().to_string()
    };
    assert!(refused(&data(Split::Test, 2)).contains("L08/train to learn from"));
    assert!(refused(&data(Split::Train, 0)).contains("L08/train to learn from"));
}
