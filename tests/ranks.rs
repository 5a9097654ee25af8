//! The program as users start it: through mpirun, with different numbers of ranks.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mblscale::store::{FileType, Table, read};
use ndarray::Dimension;

/// A deck of this repository.
fn deck(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A cache of the machine's calibration for each test: no test changes the choices of another, and
/// none knows the user's.
fn cache() -> PathBuf {
    let thread = std::thread::current();
    let test = thread.name().expect("tests run in threads of their names");
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(test)
}

/// The calibration in that cache.
fn calibration() -> PathBuf {
    let folder = std::fs::read_dir(cache().join("mblscale")).unwrap();
    let files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "one machine, one number of threads");
    files[0].clone()
}

/// Runs the program on `ranks` ranks, or without mpirun for 0.
fn mblscale(ranks: usize, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_mblscale");
    let mut command = match ranks {
        0 => Command::new(program),
        _ => {
            let mut command = Command::new("mpirun");
            command.args(["-n", &ranks.to_string(), program]);
            command
        }
    };
    command
        .args(arguments)
        .env("XDG_CACHE_HOME", cache())
        // A container's root, and fewer cores than ranks.
        .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
        .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
        .env("OMPI_MCA_rmaps_base_oversubscribe", "1")
        .output()
        .expect("mpirun can be started")
}

fn succeed(ranks: usize, arguments: &[&str]) -> Output {
    let output = mblscale(ranks, arguments);
    assert!(
        output.status.success(),
        "{ranks} ranks, {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn set_output(directory: &Path) -> String {
    format!("--set=output={}", directory.display())
}

/// The numbers of a file as bytes, so that NaN equals NaN and nothing is rounded.
fn bits(path: &Path, file_type: FileType) -> Vec<u8> {
    let tables = read(path, file_type).unwrap().tables;
    assert!(!tables.is_empty());
    postcard::to_stdvec(&tables).unwrap()
}

fn data(directory: &Path) -> Vec<Table> {
    read(&directory.join("data.h5"), FileType::Data)
        .unwrap()
        .tables
}

/// Data, networks, predictions and fits for every number of ranks, with and without mpirun.
#[test]
fn results_do_not_depend_on_the_number_of_ranks() {
    let directory = tempfile::tempdir().unwrap();
    let stage = if cfg!(feature = "learn") {
        "run"
    } else {
        "generate"
    };
    let small = deck("input/small.toml");
    let outputs: Vec<PathBuf> = [0, 1, 2, 3, 4]
        .into_iter()
        .map(|ranks| {
            let output = directory.path().join(ranks.to_string());
            succeed(
                ranks,
                &[stage, small.to_str().unwrap(), &set_output(&output)],
            );
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
        if stage == "run" {
            assert!(
                same("predictions.h5", FileType::Predictions),
                "{}",
                output.display()
            );
            for name in ["scaling.json", "evaluation.json"] {
                let text = |output: &Path| std::fs::read_to_string(output.join(name)).unwrap();
                assert_eq!(text(reference), text(output), "{name}");
            }
        }
    }
}

#[test]
fn all_states_are_taken_where_there_are_fewer_than_asked() {
    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    let arguments = [
        "generate",
        minimal.to_str().unwrap(),
        &set_output(directory.path()),
    ];
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
    succeed(
        2,
        &[
            "generate",
            deck.to_str().unwrap(),
            &set_output(directory.path()),
        ],
    );
    let groups: Vec<String> = data(directory.path()).iter().map(Table::group).collect();
    assert_eq!(groups, ["L08/train", "L10/train"]);
}

/// An extended deck keeps what is there; a deck that means something else is refused.
#[test]
fn a_deck_can_grow_but_not_change() {
    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    let output = set_output(directory.path());
    let arguments = ["generate", minimal.to_str().unwrap(), &output];
    succeed(2, &arguments);
    let before = data(directory.path());

    let larger = [
        "--set=chain.sizes=[6, 8, 10]",
        "--set=disorder.strengths=[1.0, 3.0, 5.0]",
        "--set=disorder.realizations.train=6",
    ];
    let grown = succeed(3, &[&arguments[..], &larger].concat());
    let message = String::from_utf8_lossy(&grown.stderr).into_owned();
    assert!(
        message.contains("24 of 72 realizations are there already"),
        "{message}"
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
            "chain.coupling = 1 there and 2 here",
        ),
        (
            "--set=chain.anisotropy=0.5",
            "chain.anisotropy = 1 there and 0.5 here",
        ),
        (
            "--set=disorder.kind=quasi-periodic",
            "disorder.kind = Uniform there and QuasiPeriodic here",
        ),
        ("--set=chain.sizes=[8]", "which the deck no longer asks for"),
    ] {
        let refused = mblscale(2, &[&arguments[..], &larger, &[change]].concat());
        let message = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{message}");
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
    let bad = deck("tests/decks/bad/odd_size.toml");
    let minimal = deck("tests/decks/good/minimal.toml");
    let minimal = minimal.to_str().unwrap();
    for (arguments, code, part) in [
        (
            vec!["run", bad.to_str().unwrap()],
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
        let failed = mblscale(3, &arguments);
        let message = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert_eq!(failed.status.code(), Some(code), "{arguments:?}: {message}");
        assert_eq!(message.matches(part).count(), 1, "{arguments:?}: {message}");
    }
}

fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Without exchange and field all levels are one, and no energy density is defined: such
/// realizations fail by any solver, and those beside them are as ever.
#[test]
fn a_campaign_goes_on_after_failures_and_counts_them() {
    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    let run = |ranks: usize, name: &str, more: &[&str]| {
        let output = set_output(&directory.path().join(name));
        let arguments = [
            "generate",
            minimal.to_str().unwrap(),
            &output,
            "--set=chain.coupling=0.0",
            "--set=spectrum.energy_densities=[0.3, 0.5]",
        ];
        mblscale(ranks, &[&arguments[..], more].concat())
    };
    let some = "--set=disorder.strengths=[0.0, 3.0]";
    for (ranks, name) in [(1, "one"), (3, "three")] {
        let done = run(ranks, name, &[some]);
        let said = message(&done);
        assert_eq!(done.status.code(), Some(0), "{said}");
        assert_eq!(
            said.matches("12 of 24 realizations have windows").count(),
            1,
            "{said}"
        );
        assert!(said.contains("h = 0, train realization"), "{said}");
    }
    let file = |name: &str| directory.path().join(name).join("data.h5");
    assert_eq!(
        bits(&file("one"), FileType::Data),
        bits(&file("three"), FileType::Data)
    );
    for table in data(&directory.path().join("one")) {
        for (place, &complete) in table.quantities["complete"].values.indexed_iter() {
            let [h, realization, energy] = [place[0], place[1], place[2]];
            let solved = table.strengths[h] > 0.0;
            assert_eq!(complete, f64::from(u8::from(solved)));
            for name in ["gap_ratio", "entanglement", "states", "residual"] {
                let value = table.quantities[name].values[&place];
                assert_eq!(value.is_finite(), solved, "{name} at {place:?}: {value}");
            }
            let reason = table.failures.get(&[h, realization, energy]);
            assert_eq!(reason.is_none(), solved);
            assert!(reason.is_none_or(|reason| reason.contains("no width")));
        }
        assert!(
            table.quantities["field"]
                .values
                .iter()
                .all(|h| h.is_finite())
        );
    }
    let info = mblscale(0, &["info", file("one").to_str().unwrap()]);
    let info = String::from_utf8_lossy(&info.stdout).into_owned();
    assert!(
        info.contains("failed in 24 windows, first L08/train, h = 0"),
        "{info}"
    );

    // Not tried again, unless asked; and nothing is lost by either.
    let before = bits(&file("one"), FileType::Data);
    for (more, there) in [
        (&[some][..], "24 of 24 realizations are there already"),
        (
            &[some, "--retry-failed"],
            "12 of 24 realizations are there already",
        ),
    ] {
        let again = run(2, "one", more);
        let said = message(&again);
        assert_eq!(again.status.code(), Some(0), "{said}");
        assert!(said.contains(there), "{said}");
        assert_eq!(
            said.matches("12 of 24 realizations have windows").count(),
            1,
            "{said}"
        );
        assert_eq!(bits(&file("one"), FileType::Data), before);
    }

    let none = run(2, "none", &["--set=disorder.strengths=[0.0]"]);
    let said = message(&none);
    assert_eq!(none.status.code(), Some(1), "{said}");
    assert_eq!(
        said.matches("error: 12 of 12 realizations have windows")
            .count(),
        1,
        "{said}"
    );
}

/// Failed realizations are left out of training, scores and fits: a deck that asks for them too comes
/// to the same as one that does not.
#[test]
#[cfg(feature = "learn")]
fn every_stage_skips_failed_realizations() {
    let directory = tempfile::tempdir().unwrap();
    let small = deck("input/small.toml");
    let run = |name: &str, strengths: &str| {
        let output = directory.path().join(name);
        let arguments = [
            "run",
            small.to_str().unwrap(),
            &set_output(&output),
            &format!("--set=disorder.strengths={strengths}"),
            "--set=chain.coupling=0.0",
            "--set=learn.targets=[\"gap_ratio\"]",
            "--set=scaling.targets=[\"gap_ratio\"]",
            "--set=scaling.sources=[\"exact\"]",
            "--set=scaling.window=[0.0, 12.0]",
        ];
        succeed(2, &arguments);
        output
    };
    let (with, without) = (
        run("with", "[0.0, 3.0, 6.0, 9.0, 12.0]"),
        run("without", "[3.0, 6.0, 9.0, 12.0]"),
    );
    let text = |output: &Path, name: &str| std::fs::read_to_string(output.join(name)).unwrap();
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let losses = |output: &Path| -> Vec<serde_json::Value> {
        let epochs = text(output, "training.jsonl");
        epochs
            .lines()
            .map(|line| json(line)["loss"].clone())
            .collect()
    };
    assert_eq!(losses(&with), losses(&without));
    assert_eq!(
        text(&with, "evaluation.json"),
        text(&without, "evaluation.json")
    );
    let fits = |output: &Path| json(&text(output, "scaling.json"))["fits"].clone();
    let (with, without) = (fits(&with), fits(&without));
    for (with, without) in with
        .as_array()
        .unwrap()
        .iter()
        .zip(without.as_array().unwrap())
    {
        for name in ["h_c", "nu", "quality"] {
            assert!(!with[name].is_null(), "{with}");
            assert_eq!(with[name], without[name], "{name}");
        }
        assert!(
            with["warnings"].to_string().contains("left out h = [0.0]"),
            "{with}"
        );
    }
}

/// What a campaign was begun with it keeps, however fast its machine is measured to be later.
#[test]
fn a_resumed_campaign_keeps_its_solvers() {
    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    let run = |command: &str, name: &str, more: &[&str]| {
        let output = set_output(&directory.path().join(name));
        let arguments = [command, minimal.to_str().unwrap(), &output];
        let ranks = if command == "check" { 0 } else { 2 };
        let output = succeed(ranks, &[&arguments[..], more].concat());
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let solvers = |name: &str| -> Vec<String> {
        let tables = data(&directory.path().join(name)).into_iter();
        tables.map(|table| table.solver.unwrap()).collect()
    };
    // As if dense, or all the others, were as much slower than they are.
    let slow_down = |dense: f64, others: f64| {
        let text = std::fs::read(calibration()).unwrap();
        let mut known: serde_json::Value = serde_json::from_slice(&text).unwrap();
        for (solver, factor) in known["solvers"].as_object_mut().unwrap() {
            *factor = if solver == "dense" { dense } else { others }.into();
        }
        std::fs::write(calibration(), known.to_string()).unwrap();
    };
    run("check", "first", &[]);
    slow_down(1e5, 1.0);
    run("generate", "first", &[]);
    let begun = solvers("first");
    assert!(begun.iter().all(|solver| solver != "dense"), "{begun:?}");

    slow_down(1.0, 1e5);
    let more = ["--set=disorder.realizations.train=5"];
    run("generate", "first", &more);
    assert_eq!(solvers("first"), begun);
    let check = run("check", "first", &more);
    assert!(check.contains("recorded in"), "{check}");

    run("generate", "second", &[]);
    let other = solvers("second");
    assert!(other.iter().all(|solver| solver == "dense"), "{other:?}");
    let check = run("check", "third", &[]);
    assert!(check.contains("kept in"), "{check}");
}

#[test]
fn check_and_info_need_no_ranks() {
    let demo = deck("input/demo.toml");
    let check = mblscale(0, &["check", demo.to_str().unwrap(), "--ranks", "64"]);
    assert!(check.status.success());
    let text = String::from_utf8_lossy(&check.stdout).into_owned();
    for part in ["3780 tasks", "on 64 ranks", "shift-invert", "924"] {
        assert!(text.contains(part), "{part}: {text}");
    }

    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    succeed(
        1,
        &[
            "generate",
            minimal.to_str().unwrap(),
            &set_output(directory.path()),
        ],
    );
    let file = directory.path().join("data.h5");
    let info = mblscale(0, &["info", file.to_str().unwrap()]);
    let text = String::from_utf8_lossy(&info.stdout).into_owned();
    assert!(
        text.contains("mblscale-data") && text.contains("8 of 8"),
        "{text}"
    );
    let wrong = mblscale(0, &["info", demo.to_str().unwrap()]);
    assert_eq!(wrong.status.code(), Some(1));
}
