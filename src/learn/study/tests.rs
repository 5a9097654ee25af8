//! Whole trainings on small synthetic data.

use std::cell::Cell;

use super::*;
use crate::comm::Alone;
use crate::deck::{Symmetry, Validation};
use crate::learn::evaluate::evaluate_at;
use crate::learn::trainer::Epoch;
use crate::learn::{State, evaluate, fixture, together};
use crate::plan::Split;

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
    train(&Alone, learn, 0.5, data, &mut |_: &Epoch| ())
        .unwrap()
        .ensemble
}

/// Far below what the best constant has, on chains that were not trained on too.
#[test]
fn a_smooth_function_is_learned() {
    let learn = Learn {
        epochs: 40,
        ..learn()
    };
    let mut epochs = Vec::new();
    let mut keep = |epoch: &Epoch| epochs.push(epoch.clone());
    let ensemble = train(&Alone, &learn, 0.5, &data(Split::Train, 100), &mut keep)
        .unwrap()
        .ensemble;
    assert_eq!(epochs.len(), 40);
    assert!(epochs[39].loss < 0.05 * epochs[0].loss);
    let mean = epochs[39].members.iter().sum::<f64>() / 2.0;
    assert!((epochs[39].loss - mean).abs() < 1e-15);

    let unseen = fixture::table(12, Split::Test, &[1.0, 3.0, 6.0], 100);
    let entropy = unseen.by_realization("entanglement").unwrap();
    let scale = learn.normalisation.half_chain_entropy(12);
    let variance = entropy.mapv(|raw| raw / scale).var(0.0);
    let scores = evaluate(&Alone, &ensemble, &[unseen]).unwrap();
    assert!(
        scores[1].mse < 0.1 * variance,
        "{} {variance}",
        scores[1].mse
    );
}

/// With all that a course can have: the same bits on any number of ranks.
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
        let ensemble = train(comm, &learn, 0.5, &data, &mut keep).unwrap().ensemble;
        let fields = fixture::fields(12, 3.0, 3);
        let predicted = ensemble.predict_together(comm, fields.view(), &[0.5]);
        (ensemble.parameters, epochs, predicted)
    };
    let alone = on(&Alone);
    for ranks in [2, 3, 4] {
        for found in together::run(ranks, on) {
            assert_eq!(found, alone, "{ranks} ranks");
        }
    }
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

/// Interrupts after some epochs and goes on from what was kept.
struct Interrupted {
    after: usize,
    kept: Option<(u64, State)>,
}

impl Observer for Interrupted {
    fn epoch(&mut self, _: &Epoch) {}

    fn resume(&mut self, _: &str, identity: u64) -> Result<Option<State>> {
        let kept = self.kept.as_ref().filter(|(known, _)| *known == identity);
        Ok(kept.map(|(_, state)| state.clone()))
    }

    fn keep(&mut self, identity: u64, state: &State, _: bool) {
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
        let first = train(&Alone, &learn, 0.5, &data, &mut observer).unwrap();
        assert_eq!(first.ensemble.parameters, whole);
        let kept = observer.kept.clone().unwrap();
        assert_eq!(kept.1.epoch, after);
        let again = train(&Alone, &learn, 0.5, &data, &mut observer).unwrap();
        assert_eq!(again.ensemble.parameters, whole, "after {after}");

        // A state of another training is not taken.
        observer.kept = Some(kept);
        let other = Learn {
            seed: 2,
            ..learn.clone()
        };
        let found = train(&Alone, &other, 0.5, &data, &mut observer).unwrap();
        assert_eq!(found.ensemble.parameters, run(&other, &data).parameters);
    }
}

/// The parameters kept are those of the least validation loss, which stops a member after `patience`.
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
        fn keep(&mut self, identity: u64, state: &State, last: bool) {
            self.1.keep(identity, state, last);
        }
    }
    let found = train(
        &Alone,
        &learn,
        0.5,
        &data,
        &mut Both(&mut losses, &mut states),
    )
    .unwrap();
    assert!(losses.len() < 200, "nobody stopped");
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
fn a_loss_that_is_not_finite_stops_all_ranks_alike() {
    let learn = Learn {
        learning_rate: 1e200,
        ..learn()
    };
    let data = data(Split::Train, 20);
    let messages = together::run(2, |comm| {
        let refused = train(comm, &learn, 0.5, &data, &mut |_: &Epoch| ());
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
        let found = train(&Alone, &learn(), 0.5, data, &mut |_: &Epoch| ());
        found.err().unwrap().to_string()
    };
    assert!(refused(&data(Split::Test, 2)).contains("L08/train to learn from"));
    assert!(refused(&data(Split::Train, 0)).contains("L08/train to learn from"));
}

fn with_study(study: &str) -> Learn {
    Learn {
        study: toml::from_str(study).unwrap(),
        members: 2,
        epochs: 5,
        ..learn()
    }
}

/// The extractor is that of the multitask network; the head has learned every ε.
#[test]
fn a_conditioned_network_knows_every_energy_density() {
    let study = "kind = \"conditioned\"\nepochs = 60\nlearning_rate = 1e-2\nheads = true";
    let learn = Learn {
        epochs: 40,
        ..with_study(study)
    };
    let densities = [0.2, 0.5, 0.8];
    let table = |sites, split| fixture::table_at(sites, split, &[1.0, 3.0, 6.0], 60, &densities);
    let mut data: Vec<Table> = [8, 10].map(|sites| table(sites, Split::Train)).to_vec();
    data.push(table(12, Split::Test));
    let mut epochs = Vec::new();
    let mut keep = |epoch: &Epoch| {
        if epoch.epoch == 1 {
            epochs.push((epoch.training.clone(), epoch.epochs));
        }
    };
    let found = train(&Alone, &learn, 0.5, &data, &mut keep).unwrap();
    assert_eq!(found.ensemble.description.learned(), densities);
    // As many steps, on a third of the samples.
    let head = |name: &str, epochs| (name.to_owned(), epochs);
    let heads = [head("head", 60), head("head at ε = 0.2", 180)];
    assert_eq!(epochs[1..3], heads);
    let plain = run(
        &Learn {
            study: Study::Multitask,
            ..learn.clone()
        },
        &data,
    );
    let frozen = plain.network.extracting();
    for member in 0..2 {
        let of = |ensemble: &Ensemble| ensemble.parameters.row(member).to_vec();
        assert_eq!(of(&found.ensemble)[..frozen], of(&plain)[..frozen]);
    }
    let scores = evaluate(&Alone, &found.ensemble, &data[2..]).unwrap();
    assert_eq!(scores.len(), 6);
    for score in &scores {
        let exact = data[2].by_realization(&score.target).unwrap();
        let normalised = |raw: &f64| match score.target.as_str() {
            "entanglement" => raw / learn.normalisation.half_chain_entropy(12),
            _ => *raw,
        };
        let variance = exact.mapv(|raw| normalised(&raw)).var(0.0);
        assert!(score.mse < 0.15 * variance, "{} {variance}", score.mse);
    }
    let names: Vec<&str> = found
        .findings
        .iter()
        .map(|it| it.training.as_str())
        .collect();
    assert_eq!(names, ["conditioned", "own head"].repeat(3));
    for (place, finding) in found.findings.iter().enumerate() {
        let own = finding
            .scores
            .iter()
            .all(|it| it.energy_density == densities[place / 2]);
        assert!(own && finding.scores.len() == 2);
    }
    let fields = fixture::fields(12, 3.0, 2);
    let predicted = found.ensemble.predict(fields.view(), &[0.3, 0.7]);
    assert_ne!(predicted[[0, 0, 0, 1]], predicted[[0, 0, 1, 1]]);
}

/// One that learns at all ε from the start is better at others than the one it would else be trained
/// at, and no worse for the frozen extractor's sake.
#[test]
fn a_network_trained_end_to_end_knows_every_energy_density() {
    let learn = Learn {
        epochs: 40,
        ..with_study("kind = \"end-to-end\"")
    };
    let densities = [0.2, 0.5, 0.8];
    let table = |sites, split| fixture::table_at(sites, split, &[1.0, 3.0, 6.0], 60, &densities);
    let mut data: Vec<Table> = [8, 10].map(|sites| table(sites, Split::Train)).to_vec();
    data.push(table(12, Split::Test));
    let found = run(&learn, &data);
    assert_eq!(found.description.learned(), densities);
    let scores = evaluate(&Alone, &found, &data[2..]).unwrap();
    assert_eq!(scores.len(), 6);
    let plain = run(&with_study("kind = \"multitask\""), &data);
    for score in &scores {
        let own = evaluate_at(&Alone, &plain, &data[2], score.energy_density).unwrap();
        let own = own.iter().find(|it| it.target == score.target).unwrap();
        if score.energy_density != 0.5 {
            assert!(score.mse < 0.5 * own.mse, "{} {}", score.mse, own.mse);
        }
    }
}

#[test]
fn transfer_compares_three_ways_for_every_target() {
    let learn = with_study("kind = \"transfer\"\nepochs = 5\nlearning_rate = 1e-2");
    let mut data = data(Split::Train, 20);
    data.extend(self::data(Split::Test, 5));
    let trainings = Cell::new(0);
    let mut count = |epoch: &Epoch| trainings.set(trainings.get() + usize::from(epoch.epoch == 1));
    let found = train(&Alone, &learn, 0.5, &data, &mut count).unwrap();
    assert_eq!(trainings.get(), 1 + 2 * 3);
    assert_eq!(found.ensemble.description.targets, learn.targets);
    assert_eq!(found.findings.len(), 6);
    for (place, finding) in found.findings.iter().enumerate() {
        assert_eq!(
            finding.training,
            ["transfer", "scratch", "multitask"][place % 3]
        );
        assert_eq!(finding.scores.len(), 2, "of both lengths");
        assert!(
            finding
                .scores
                .iter()
                .all(|it| it.target == learn.targets[place / 3])
        );
    }
}

#[test]
fn fewer_realizations_take_as_many_steps() {
    let learn = with_study("kind = \"data-size\"\nrealizations = [2, 10]");
    let mut data = data(Split::Train, 20);
    data.extend(self::data(Split::Test, 5));
    let mut epochs = Vec::new();
    let mut keep = |epoch: &Epoch| epochs.push((epoch.training.clone(), epoch.epochs));
    let found = train(&Alone, &learn, 0.5, &data, &mut keep).unwrap();
    let of = |name: &str| {
        epochs
            .iter()
            .find(|(training, _)| training == name)
            .unwrap()
            .1
    };
    // 120 samples are 3 batches: 15 steps; 12 samples are one batch, 60 are two.
    assert_eq!(
        [of("all data"), of("N = 2, run 1"), of("N = 10, run 2")],
        [5, 15, 8]
    );
    assert_eq!(found.findings.len(), 4);
    let sizes: Vec<usize> = found.findings[0]
        .training_mse
        .iter()
        .map(|(sites, _)| *sites)
        .collect();
    assert_eq!(sizes, [8, 10]);
    assert!(found.findings[0].training_mse[0].1 > 0.0);
    assert_ne!(
        found.findings[0].scores[0].mse,
        found.findings[1].scores[0].mse
    );
}

/// Adds up what is expected and what is done.
#[derive(Default)]
struct Work {
    expected: f64,
    done: f64,
}

impl Observer for Work {
    fn expect(&mut self, work: f64) {
        self.expected = work;
    }

    fn epoch(&mut self, epoch: &Epoch) {
        self.done += epoch.work;
    }
}

/// At most, and by hand at least these shares: for `conditioned` 108560 / 121760, since ε is counted as
/// an input of every head.
#[test]
fn a_study_takes_what_was_expected() {
    let training = [8, 10]
        .map(|sites| fixture::table_at(sites, Split::Train, &[1.0, 5.0], 10, &[0.3, 0.5, 0.7]));
    for (study, least) in [
        ("kind = \"multitask\"", 1.0),
        ("kind = \"end-to-end\"", 1.0),
        ("kind = \"conditioned\"\nepochs = 3\nheads = true", 0.89),
        ("kind = \"transfer\"\nepochs = 3", 0.9),
        ("kind = \"data-size\"\nrealizations = [2, 5]", 0.5),
    ] {
        let learn = Learn {
            study: toml::from_str(study).unwrap(),
            ..learn()
        };
        let mut work = Work::default();
        train(&Alone, &learn, 0.5, &training, &mut work).unwrap();
        let share = work.done / work.expected;
        assert!((least..=1.0).contains(&share), "{study}: {share}");
    }
}
