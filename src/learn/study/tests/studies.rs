//! Every study on the same data: its trainings, its findings, its work.

use crate::indicators::half_chain_entropy;
use crate::learn::evaluation::{check_conditions, evaluate_at, extrapolated};
use crate::learn::samples::Condition;
use crate::learn::study::tests::*;

fn with_study(study: &str) -> Learn {
    Learn {
        study: toml::from_str(study).unwrap(),
        members: 2,
        epochs: 5,
        ..learn()
    }
}

const DENSITIES: [f64; 3] = [0.2, 0.5, 0.8];

/// Training tables of two lengths and a test table of a third, at several energy densities.
fn several_densities() -> Vec<Table> {
    let table = |sites, split| fixture::table_at(sites, split, &[1.0, 3.0, 6.0], 60, &DENSITIES);
    vec![
        table(8, Split::Train),
        table(10, Split::Train),
        table(12, Split::Test),
    ]
}

/// The extractor is that of the multitask network. The head has learned every ε.
#[test]
fn a_conditioned_network_knows_every_energy_density() {
    let learn = Learn {
        epochs: 40,
        ..with_study("kind = \"conditioned\"\nepochs = 60\nlearning_rate = 1e-2")
    };
    let data = several_densities();
    let found = run(&learn, &data);
    assert_eq!(
        found.description.learned(),
        Condition::energy_densities(&DENSITIES)
    );
    let plain = Learn {
        study: Study::Multitask,
        ..learn.clone()
    };
    let plain = run(&plain, &data);
    let frozen = plain.network.extractor_parameters();
    for member in 0..2 {
        let of = |ensemble: &Ensemble| ensemble.parameters.row(member).to_vec();
        assert_eq!(of(&found)[..frozen], of(&plain)[..frozen]);
    }
    let scores = evaluate(&Alone, &found, MissingTargets::LeaveOut, &data[2..]).unwrap();
    assert_eq!(scores.len(), 6);
    for score in &scores {
        let exact = data[2]
            .by_realization(&score.target, Dimension::EnergyDensity)
            .unwrap();
        let normalised = |raw: &f64| match score.target.as_str() {
            "entanglement" => raw / half_chain_entropy(learn.normalisation, 12),
            _ => *raw,
        };
        let variance = exact.mapv(|raw| normalised(&raw)).var(0.0);
        assert!(score.mse < 0.15 * variance, "{} {variance}", score.mse);
    }
    let fields = fixture::fields(12, 3.0, 2);
    let predicted = found.predict(fields.view(), &Condition::energy_densities(&[0.3, 0.7]));
    assert_ne!(predicted[[0, 0, 0, 1]], predicted[[0, 0, 1, 1]]);
}

/// Heads at one ε have the same number of steps, on a third of the samples.
#[test]
fn a_conditioned_network_is_compared_with_heads_at_one_energy_density() {
    let learn = with_study("kind = \"conditioned\"\nepochs = 4\nheads = true");
    let mut epochs = Vec::new();
    let mut keep = |epoch: &Epoch| {
        if epoch.epoch == 1 {
            epochs.push((epoch.training.clone(), epoch.epochs));
        }
    };
    let found = fixture::train(&Alone, &learn, &several_densities(), &mut keep).unwrap();
    let training = |name: &str, epochs| (name.to_owned(), epochs);
    let expected = [
        training("extractor", 5),
        training("head", 4),
        training("head at ε = 0.2", 12),
        training("head at ε = 0.5", 12),
        training("head at ε = 0.8", 12),
    ];
    assert_eq!(epochs, expected);
    let names = found.findings.iter().map(|it| it.training.as_str());
    let names: Vec<&str> = names.collect();
    assert_eq!(names, ["conditioned", "own head"].repeat(3));
    for (index, finding) in found.findings.iter().enumerate() {
        assert_eq!(finding.scores.len(), 2);
        for score in &finding.scores {
            assert_eq!(score.condition.value(), DENSITIES[index / 2]);
        }
    }
}

/// What is kept is scored at every energy density, with heads to compare and without.
#[test]
fn every_energy_density_has_a_finding() {
    for kind in ["conditioned", "end-to-end"] {
        let learn = with_study(&format!("kind = {kind:?}"));
        let data = several_densities();
        let found = fixture::train(&Alone, &learn, &data, &mut |_: &Epoch| ()).unwrap();
        let findings = found.findings.iter();
        for (finding, density) in findings.clone().zip(DENSITIES) {
            assert_eq!(finding.training, kind);
            assert_eq!(finding.scores.len(), 2);
            assert!(
                finding
                    .scores
                    .iter()
                    .all(|it| it.condition.value() == density)
            );
        }
        assert_eq!(findings.len(), 3);
    }
}

/// Quenches whose targets are the same functions of log₁₀ t as those of windows are of ε − 1/2.
#[test]
fn a_network_learns_times_as_it_learns_energy_densities() {
    let of_windows = with_study("kind = \"end-to-end\"");
    let targets = of_windows.targets.iter().map(|it| format!("{QUENCH}{it}"));
    let of_quenches = Learn {
        targets: targets.collect(),
        ..of_windows.clone()
    };
    let windows = several_densities();
    let mut quenches: Vec<Table> = windows.iter().cloned().map(fixture::quenched).collect();
    let expected = run(&of_windows, &windows);
    let found = run(&of_quenches, &quenches);
    let [low, middle, high] = DENSITIES.map(|it| 10_f64.powf(it - 0.5));
    let known = &found.description;
    assert_eq!(known.condition, Condition::Time(middle));
    assert_eq!(known.times, [low, middle, high]);
    let fields = fixture::fields(12, 3.0, 9);
    let at_times = found.predict(fields.view(), &Condition::times(&[0.4, 7.0]));
    let densities = [0.4, 7.0_f64].map(|time| time.log10() + 0.5);
    let at_densities = expected.predict(fields.view(), &Condition::energy_densities(&densities));
    for (one, other) in at_times.iter().zip(&at_densities) {
        assert!((one - other).abs() < 1e-9, "{one} {other}");
    }
    let asked = Condition::times(&[low, 1.5, 7.0]);
    assert_eq!(extrapolated(known, &asked), Condition::times(&[7.0]));
    assert!(check_conditions(known, &asked).is_ok());
    let refused = check_conditions(known, &Condition::energy_densities(&[0.5]));
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("leave out predict.energy_densities")
    );
    // A training of one condition is refused.
    let single = Learn {
        study: Study::Multitask,
        ..of_quenches.clone()
    };
    let refused = fixture::train(&Alone, &single, &quenches, &mut |_: &Epoch| ());
    let message = refused.err().unwrap().to_string();
    assert!(message.contains("write \"end-to-end\""), "{message}");
    // One chain length was observed later than the other.
    quenches[1]
        .coordinates
        .insert(Dimension::Time, vec![low, middle, 99.0]);
    let apart = fixture::train(&Alone, &of_quenches, &quenches, &mut |_: &Epoch| ());
    let message = apart.err().unwrap().to_string();
    assert!(message.contains("L08/train holds no time 99"), "{message}");
    let masked = Learn {
        missing: MissingTargets::Mask,
        ..of_quenches
    };
    let found = run(&masked, &quenches);
    assert_eq!(found.description.times, [low, middle, high, 99.0]);
    // 2 lengths × 3 strengths × 60 fields × 4 times.
    assert_eq!(found.description.samples, 1440);
}

/// A network that learns at all ε from the start has smaller errors at other ε than a network that learns
/// at one ε.
#[test]
fn a_network_trained_end_to_end_knows_every_energy_density() {
    let learn = Learn {
        epochs: 40,
        ..with_study("kind = \"end-to-end\"")
    };
    let data = several_densities();
    let found = run(&learn, &data);
    assert_eq!(
        found.description.learned(),
        Condition::energy_densities(&DENSITIES)
    );
    let scores = evaluate(&Alone, &found, MissingTargets::LeaveOut, &data[2..]).unwrap();
    assert_eq!(scores.len(), 6);
    let plain = run(&with_study("kind = \"multitask\""), &data);
    for score in &scores {
        let own = evaluate_at(
            &Alone,
            &plain,
            MissingTargets::LeaveOut,
            &data[2],
            score.condition,
        )
        .unwrap();
        let own = own.iter().find(|it| it.target == score.target).unwrap();
        if score.condition != fixture::MIDDLE {
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
    let found = fixture::train(&Alone, &learn, &data, &mut count).unwrap();
    assert_eq!(trainings.get(), 1 + 2 * 3);
    assert_eq!(found.ensemble.description.targets, learn.targets);
    assert_eq!(found.findings.len(), 6);
    for (index, finding) in found.findings.iter().enumerate() {
        assert_eq!(
            finding.training,
            ["transfer", "scratch", "multitask"][index % 3]
        );
        assert_eq!(finding.scores.len(), 2, "of both lengths");
        assert!(
            finding
                .scores
                .iter()
                .all(|it| it.target == learn.targets[index / 3])
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
    let found = fixture::train(&Alone, &learn, &data, &mut keep).unwrap();
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

/// Adds up the work of all epochs.
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
        fixture::train(&Alone, &learn, &training, &mut work).unwrap();
        assert!(work.done > 0.0);
        assert_eq!(work.done, work.expected, "{study}");
    }
}
