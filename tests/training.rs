//! Trainings that are killed or diverge, and what `info` says about their networks.

#![cfg(feature = "mpi")]

mod program;
#[path = "program/running.rs"]
mod running;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use mblscale::store::FileType;
use program::{bits, command, deck, ended, finish, info, mblscale, results, set_output, succeed};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use running::{Running, send};
use safetensors::SafeTensors;
use serde_json::Value;

/// Two trainings one after the other, of some seconds, with many checkpoints.
const TRAINING: [&str; 5] = [
    "--set=learn.study={ kind = \"conditioned\", epochs = 4500 }",
    "--set=learn.epochs=4500",
    "--set=learn.validation={ fraction = 0.2 }",
    "--set=learn.batch=4",
    "--set=run.checkpoint=\"20ms\"",
];
const EPOCHS: usize = 2 * 4500;

/// A stage of a small deck on `ranks` ranks.
fn stage(name: &str, ranks: usize, output: &Path, more: &[&str]) -> Command {
    let small = deck("input/small.toml");
    let output = set_output(output);
    let arguments = [name, &small, &output];
    command(ranks, &[&arguments[..], more].concat())
}

fn training(ranks: usize, output: &Path) -> Command {
    stage("train", ranks, output, &TRAINING)
}

/// A training by libtorch, with dropout and more numbers in its gradients than one message holds.
#[cfg(feature = "torch")]
fn wide_training(ranks: usize, output: &Path) -> Command {
    let options = [
        "--set=learn.model={ kind = \"ring-gru\", features = 96, layers = 2, dropout = 0.2 }",
        "--set=learn.epochs=6",
        "--set=learn.validation={ fraction = 0.2 }",
        "--set=run.checkpoint=\"1ms\"",
    ];
    stage("train", ranks, output, &options)
}

/// An output directory with the data of the small deck, taken from `data` if that is given.
fn with_data(output: &Path, data: Option<&Path>) {
    fs::create_dir_all(output).unwrap();
    match data {
        Some(data) => {
            fs::copy(data.join("data.h5"), output.join("data.h5")).unwrap();
        }
        None => {
            finish(stage("generate", 2, output, &[]));
        }
    }
}

/// The bytes of the tensors of every network, without the metadata, which contain times.
fn weights(output: &Path) -> Vec<Vec<u8>> {
    let tensors = |number: usize| {
        let path = output.join(format!("models/member-{number}.safetensors"));
        let bytes = fs::read(path).unwrap();
        let (length, _) = SafeTensors::read_metadata(&bytes).unwrap();
        bytes[8 + length..].to_vec()
    };
    (1..=2).map(tensors).collect()
}

/// The lines of training.jsonl without times.
fn epochs(output: &Path) -> Vec<Value> {
    let text = fs::read_to_string(output.join("training.jsonl")).unwrap();
    let line = |line: &str| {
        let mut epoch: Value = serde_json::from_str(line).unwrap();
        for name in ["seconds", "seconds_in_sums", "samples_per_second"] {
            assert!(epoch[name].take().as_f64().unwrap() > 0.0);
        }
        epoch
    };
    text.lines().skip(1).map(line).collect()
}

/// The number of lines of a log that is being written.
fn lines(log: &Path) -> usize {
    fs::read(log).map_or(0, |text| text.split(|&it| it == b'\n').count())
}

fn evaluation(output: &Path) -> Value {
    results(&output.join("evaluation.json"))
}

/// One rank, all ranks or mpirun alone are killed after some of the epochs, each time with another number
/// of ranks.
#[test]
fn a_training_ends_as_if_it_had_never_been_killed() {
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole");
    with_data(&whole, None);
    finish(training(2, &whole));
    assert_eq!(epochs(&whole).len(), EPOCHS);

    let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
    let output = directory.path().join("killed");
    with_data(&output, Some(&whole));
    let unfinished = output.join("models/unfinished");
    let log = output.join("training.jsonl");
    let lines = || lines(&log);
    let mut resumed = 0;
    for kill in 0..6 {
        let ranks = [2, 2, 3][kill % 3];
        let known = unfinished.exists();
        let mut run = Running::start(training(ranks, &output), &output);
        // The first kill comes while it starts, later ones after more epochs each time. A number of epochs,
        // unlike a time, does not depend on the speed of the machine.
        let epoch = lines() + random.next_u64() as usize % (EPOCHS / 16);
        let begins = Duration::from_millis(random.next_u64() % 500);
        let goes_on = match kill {
            0 => run.goes_on_for(begins),
            _ => run.until(|| lines() > epoch),
        };
        if goes_on {
            resumed += usize::from(known);
            match kill % 3 {
                0 => run.kill_all(),
                1 => run.signal("KILL"),
                _ => send("KILL", &run.ranks()[..1]),
            }
        }
        run.end();
    }
    assert!(resumed > 1, "nothing was killed after it had gone on");
    finish(training(1 + random.next_u64() as usize % 3, &output));
    assert!(weights(&output) == weights(&whole));
    assert_eq!(evaluation(&output), evaluation(&whole));
    let (found, expected) = (epochs(&output), epochs(&whole));
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len());
    assert!(!unfinished.exists());
}

/// The same of networks of libtorch, for any number of ranks.
#[cfg(feature = "torch")]
#[test]
fn networks_of_libtorch_depend_on_neither_ranks_nor_kills() {
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole");
    with_data(&whole, None);
    finish(wide_training(1, &whole));
    for ranks in [2, 3, 4] {
        let output = directory.path().join(ranks.to_string());
        with_data(&output, Some(&whole));
        let log = output.join("training.jsonl");
        let lines = || lines(&log);
        let mut run = Running::start(wide_training(5 - ranks, &output), &output);
        assert!(run.until(|| lines() > ranks), "it ended too early");
        run.kill_all();
        run.end();
        finish(wide_training(ranks, &output));
        assert!(weights(&output) == weights(&whole), "{ranks} ranks");
        assert_eq!(epochs(&output), epochs(&whole));
        assert_eq!(evaluation(&output), evaluation(&whole));
    }
}

/// A batch has one chunk for each network, so that a single rank of three computes it.
#[test]
fn a_loss_that_one_rank_finds_infinite_ends_all() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("diverges");
    with_data(&output, None);
    let diverging = [
        "--set=learn.learning_rate=1e200",
        "--set=learn.train_sizes=[6]",
        "--set=learn.batch=16",
    ];
    for (ranks, members) in [(1, 1), (3, 1), (3, 4)] {
        let members = format!("--set=learn.members={members}");
        let more = [&diverging[..], &[&members]].concat();
        let said = ended(&stage("train", ranks, &output, &more).output().unwrap(), 1);
        let parts = [
            "train: the loss of member 1 is ",
            "in batch 2 of epoch 1",
            "rate of 1e200",
        ];
        for part in parts {
            assert_eq!(said.matches(part).count(), 1, "{part}: {said}");
        }
    }
    assert!(!output.join("models/member-1.safetensors").exists());
}

#[test]
fn info_describes_a_network_and_its_scores() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("small");
    with_data(&output, None);
    let small = deck("input/small.toml");
    succeed(2, &["train", &small, &set_output(&output)]);
    let first = evaluation(&output)["scores"][0]["mse"].as_f64().unwrap();
    let models = output.join("models");
    for (path, member) in [
        (models.clone(), 1),
        (models.join("member-2.safetensors"), 2),
    ] {
        let said = info(&path);
        let network = format!("network {member} of 2");
        let mse = format!("{first:.5}");
        for part in [
            &network[..],
            "deck       small\n",
            "network    gru, 2 features, head of 10; 99 parameters: 36 and 63\n",
            "targets    gap_ratio, entanglement, spin_fraction\n",
            "L          6, 8\n",
            "ε          0.5\n",
            "samples    144\n",
            "test data at ε = 0.5",
            "R²_norm",
            &mse,
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
    let wrong = models.join("member-3.safetensors");
    fs::write(&wrong, b"nonsense").unwrap();
    let said = ended(&mblscale(0, &["info", wrong.to_str().unwrap()]), 1);
    assert!(said.contains("it is not a mblscale-network file"), "{said}");
}

/// Networks that stay as they are need data only to be scored on.
#[test]
fn networks_that_are_not_trained_need_no_training_data() {
    let directory = tempfile::tempdir().unwrap();
    let trained = directory.path().join("trained");
    with_data(&trained, None);
    finish(stage("train", 1, &trained, &[]));
    finish(stage("predict", 1, &trained, &[]));
    let start = format!("--set=learn.start={:?}", trained.join("models").display());
    let kept = |name: &str, output: &Path, more: &[&str]| {
        let kept = ["--set=learn.epochs=0", &start];
        finish(stage(name, 2, output, &[&kept[..], more].concat()))
    };
    let predictions = |output: &Path| bits(&output.join("predictions.h5"), FileType::Predictions);
    let scores = |output: &Path| evaluation(output)["scores"].clone();

    // Without any data.
    let alone = directory.path().join("alone");
    let said = kept("train", &alone, &[]);
    assert!(said.contains("to score the networks on"), "{said}");
    assert!(weights(&alone) == weights(&trained));
    assert_eq!(scores(&alone), Value::Array(Vec::new()));
    assert!(!alone.join("training.jsonl").exists());
    let said = info(&alone.join("models"));
    assert!(said.contains("samples    unknown\n"), "{said}");
    kept("predict", &alone, &[]);
    assert!(predictions(&alone) == predictions(&trained));

    // With test data alone, which are those that the training was scored on.
    let tests = directory.path().join("tests");
    let none = "--set=disorder.realizations.train=0";
    kept("generate", &tests, &[none]);
    kept("train", &tests, &[none]);
    assert_eq!(scores(&tests), scores(&trained));
    assert!(!tests.join("training.jsonl").exists());

    // The log of the networks that were there before does not stay beside others.
    kept("train", &trained, &[]);
    assert!(!trained.join("training.jsonl").exists());
    assert!(trained.join("training.jsonl.replaced").exists());
}

/// A study scores the networks that it keeps at every energy density, as evaluation.json does.
#[test]
fn every_study_of_energy_densities_says_what_it_found() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("studies");
    with_data(&output, None);
    for kind in ["conditioned", "end-to-end"] {
        let study = format!("--set=learn.study={{ kind = {kind:?} }}");
        finish(stage("train", 1, &output, &[&study]));
        let found = results(&output.join("study.json"));
        let mut scored = Vec::new();
        for finding in found["findings"].as_array().unwrap() {
            assert_eq!(finding["training"], kind);
            scored.extend(finding["scores"].as_array().unwrap().clone());
        }
        let expected = evaluation(&output)["scores"].as_array().unwrap().clone();
        // Three lengths, two energy densities, three targets.
        assert_eq!(expected.len(), 18);
        for score in &expected {
            assert!(scored.contains(score), "{kind}: {score}");
        }
        assert_eq!(scored.len(), expected.len());
    }
    // It does not stay beside networks that it is not about.
    finish(stage("train", 1, &output, &[]));
    assert!(!output.join("study.json").exists());
    assert!(output.join("study.json.replaced").exists());
}
