//! Every study on the same data: what it trains, what it finds, how much work it is.

use crate::indicators::half_chain_entropy;
use crate::learn::evaluation::evaluate_at;
use crate::learn::study::tests::*;

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
    let found = train(
        &Alone,
        &learn,
        &fixture::resolved(&learn.model),
        0.5,
        &data,
        &mut keep,
    )
    .unwrap();
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
    let frozen = plain.network.extractor_parameters();
    for member in 0..2 {
        let of = |ensemble: &Ensemble| ensemble.parameters.row(member).to_vec();
        assert_eq!(of(&found.ensemble)[..frozen], of(&plain)[..frozen]);
    }
    let scores = evaluate(&Alone, &found.ensemble, &data[2..]).unwrap();
    assert_eq!(scores.len(), 6);
    for score in &scores {
        let exact = data[2].by_realization(&score.target).unwrap();
        let normalised = |raw: &f64| match score.target.as_str() {
            "entanglement" => raw / half_chain_entropy(learn.normalisation, 12),
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
    let found = train(
        &Alone,
        &learn,
        &fixture::resolved(&learn.model),
        0.5,
        &data,
        &mut count,
    )
    .unwrap();
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
    let found = train(
        &Alone,
        &learn,
        &fixture::resolved(&learn.model),
        0.5,
        &data,
        &mut keep,
    )
    .unwrap();
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

/// The work of every training is known before it runs, also of heads behind extractors.
#[test]
fn a_study_takes_what_was_expected() {
    let training = [8, 10]
        .map(|sites| fixture::table_at(sites, Split::Train, &[1.0, 5.0], 10, &[0.3, 0.5, 0.7]));
    for study in [
        "kind = \"multitask\"",
        "kind = \"end-to-end\"",
        "kind = \"conditioned\"\nepochs = 3\nheads = true",
        "kind = \"transfer\"\nepochs = 3",
        "kind = \"data-size\"\nrealizations = [2, 5]",
    ] {
        let learn = Learn {
            study: toml::from_str(study).unwrap(),
            ..learn()
        };
        let mut work = Work::default();
        train(
            &Alone,
            &learn,
            &fixture::resolved(&learn.model),
            0.5,
            &training,
            &mut work,
        )
        .unwrap();
        assert!(work.done > 0.0);
        assert_eq!(work.done, work.expected, "{study}");
    }
}
