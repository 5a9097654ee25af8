//! The program as users start it: through mpirun, with different numbers of ranks.

#![cfg(feature = "mpi")]

mod program;

use std::path::PathBuf;

use mblscale::store::{FileType, Table};
use ndarray::Dimension;
use program::{
    bits, data, deck, ended, info, mblscale, message, results, set_output, standard_output, succeed,
};

/// Data, networks, predictions and fits for every number of ranks, with and without mpirun.
#[test]
fn results_do_not_depend_on_the_number_of_ranks() {
    let directory = tempfile::tempdir().unwrap();
    let small = deck("input/small.toml");
    let outputs: Vec<PathBuf> = [0, 1, 2, 3, 4]
        .into_iter()
        .map(|ranks| {
            let output = directory.path().join(ranks.to_string());
            succeed(ranks, &["run", &small, &set_output(&output)]);
            output
        })
        .collect();
    let reference = &outputs[0];
    for output in &outputs[1..] {
        let same = |name: &str, file_type| {
            bits(&reference.join(name), file_type) == bits(&output.join(name), file_type)
        };
        assert!(same("data.h5", FileType::Data), "{}", output.display());
        assert!(!output.join("journals").exists());
        assert!(
            same("predictions.h5", FileType::Predictions),
            "{}",
            output.display()
        );
        for name in ["scaling.json", "evaluation.json"] {
            let of = |output: &PathBuf| results(&output.join(name));
            assert_eq!(of(reference), of(output), "{name}");
        }
    }
}

#[test]
fn all_states_are_taken_where_there_are_fewer_than_asked() {
    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    let arguments = ["generate", &minimal, &set_output(directory.path())];
    succeed(
        1,
        &[&arguments[..], &["--set=spectrum.states=100"]].concat(),
    );
    for table in data(directory.path()) {
        let expected = if table.sites == 8 { 70.0 } else { 100.0 };
        let states = &table.quantities["states"].values;
        assert!(
            states.iter().all(|&states| states == expected),
            "L = {}",
            table.sites
        );
        let residual = &table.quantities["residual"].values;
        assert!(residual.iter().all(|&residual| residual < 1e-9));
    }
}

#[test]
fn a_split_without_realizations_has_no_group() {
    let directory = tempfile::tempdir().unwrap();
    let deck = deck("tests/decks/good/train_only.toml");
    succeed(2, &["generate", &deck, &set_output(directory.path())]);
    let groups: Vec<String> = data(directory.path()).iter().map(Table::group).collect();
    assert_eq!(groups, ["L08/train", "L10/train"]);
}

/// An extended deck keeps what is there; a deck that means something else is refused.
#[test]
fn a_deck_can_grow_but_not_change() {
    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    let output = set_output(directory.path());
    let arguments = ["generate", &minimal, &output];
    succeed(2, &arguments);
    let before = data(directory.path());

    let larger = [
        "--set=chain.sizes=[6, 8, 10]",
        "--set=disorder.strengths=[1.0, 3.0, 5.0]",
        "--set=disorder.realizations.train=6",
    ];
    let grown = succeed(3, &[&arguments[..], &larger].concat());
    let said = message(&grown);
    assert!(
        said.contains("24 of 72 realizations are there already"),
        "{said}"
    );
    for old in &before {
        let tables = data(directory.path());
        let new = tables
            .iter()
            .find(|new| new.group() == old.group())
            .unwrap();
        for (name, quantity) in &old.quantities {
            for (place, value) in quantity.values.indexed_iter() {
                let mut place: Vec<usize> = place.slice().to_vec();
                place[0] = [0, 2][place[0]];
                assert_eq!(new.quantities[name].values[&place[..]], *value, "{name}");
            }
        }
        assert!(
            new.quantities["energy_min"]
                .values
                .iter()
                .all(|value| !value.is_nan())
        );
    }

    for (change, part) in [
        (
            "--set=disorder.seed=2",
            "disorder.seed = 1 there and 2 here",
        ),
        (
            "--set=chain.coupling=2.0",
            "chain.coupling = 1.0 there and 2.0 here",
        ),
        (
            "--set=chain.anisotropy=0.5",
            "chain.anisotropy = 1.0 there and 0.5 here",
        ),
        (
            "--set=spectrum.states=11",
            "spectrum.states = 20 there and 11 here",
        ),
        (
            "--set=disorder.kind=quasi-periodic",
            "disorder.kind = \"uniform\" there and \"quasi-periodic\" here",
        ),
        (
            "--set=chain.sizes=[8]",
            "but the deck no longer contains it",
        ),
    ] {
        let changed = [&arguments[..], &larger, &[change]].concat();
        let message = ended(&mblscale(2, &changed), 1);
        assert!(message.contains(part), "{change}: {message}");
        assert_eq!(
            message.matches(part).count(),
            1,
            "one rank speaks: {message}"
        );
    }
}

#[test]
fn mistakes_end_every_rank_with_one_message() {
    let minimal = deck("tests/decks/good/minimal.toml");
    let minimal = minimal.as_str();
    for (arguments, code, part) in [
        (
            vec!["run", minimal, "--set=chain.sizes=[8, 9]"],
            1,
            "chain.sizes: 9 sites",
        ),
        (
            vec!["run", "no-such-deck.toml"],
            1,
            "cannot read no-such-deck.toml",
        ),
        (vec!["runn", minimal], 2, "unrecognized subcommand 'runn'"),
        (
            vec!["train", minimal],
            1,
            "the deck does not describe train",
        ),
        (
            vec!["generate", minimal, "--set=output=/dev/null/out"],
            1,
            "cannot create /dev/null/out",
        ),
    ] {
        let message = ended(&mblscale(3, &arguments), code);
        assert_eq!(message.matches(part).count(), 1, "{arguments:?}: {message}");
    }
}

#[test]
fn check_and_info_need_no_ranks() {
    let demo = deck("input/demo.toml");
    let solver = "--set=spectrum.solver=shift-invert";
    let directory = tempfile::tempdir().unwrap();
    // Where the demo has run, its data say how fast the machine is.
    let fresh = set_output(&directory.path().join("demo"));
    let check = succeed(0, &["check", &demo, "--ranks", "64", solver, &fresh]);
    let text = standard_output(&check);
    for part in [
        "3780 tasks",
        "on 64 ranks",
        "shift-invert",
        "924",
        "kept in",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }

    let minimal = deck("tests/decks/good/minimal.toml");
    succeed(1, &["generate", &minimal, &set_output(directory.path())]);
    let text = info(&directory.path().join("data.h5"));
    assert!(
        text.contains("mblscale-data") && text.contains("8 of 8"),
        "{text}"
    );
    ended(&mblscale(0, &["info", &demo]), 1);
}
