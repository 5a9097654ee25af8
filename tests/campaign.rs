//! Campaigns that meet failures, or another machine than they began on.

#![cfg(feature = "mpi")]

mod program;

use std::path::PathBuf;

use mblscale::store::FileType;
use program::{
    bits, cache, data, data_bits, deck, ended, info, mblscale, set_output, standard_output, succeed,
};

/// The calibration in that cache.
fn calibration() -> PathBuf {
    let folder = std::fs::read_dir(cache().join("mblscale")).unwrap();
    let files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "one machine, one number of threads");
    files[0].clone()
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
            &minimal,
            &output,
            "--set=chain.coupling=0.0",
            "--set=spectrum.energy_densities=[0.3, 0.5]",
        ];
        mblscale(ranks, &[&arguments[..], more].concat())
    };
    let some = "--set=disorder.strengths=[0.0, 3.0]";
    for (ranks, name) in [(1, "one"), (3, "three")] {
        let said = ended(&run(ranks, name, &[some]), 0);
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
            assert!(reason.is_none_or(|reason| reason.contains("all levels are equal")));
        }
        assert!(
            table.quantities["field"]
                .values
                .iter()
                .all(|h| h.is_finite())
        );
    }
    let info = info(&file("one"));
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
        let said = ended(&run(2, "one", more), 0);
        assert!(said.contains(there), "{said}");
        assert_eq!(
            said.matches("12 of 24 realizations have windows").count(),
            1,
            "{said}"
        );
        assert_eq!(bits(&file("one"), FileType::Data), before);
    }

    let said = ended(&run(2, "none", &["--set=disorder.strengths=[0.0]"]), 1);
    assert_eq!(
        said.matches("error: 12 of 12 realizations have windows")
            .count(),
        1,
        "{said}"
    );
}

/// New energies between the old ones: only they are solved, and the whole is as if all had been
/// asked for at once.
#[test]
fn a_deck_can_grow_by_energy_densities() {
    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    for solver in ["dense", "shift-invert"] {
        let run = |name: &str, energies: &str| {
            let output = set_output(&directory.path().join(solver).join(name));
            let arguments = [
                "generate",
                &minimal,
                &output,
                "--set=chain.sizes=[10, 12]",
                &format!("--set=spectrum.solver=\"{solver}\""),
                &format!("--set=spectrum.energy_densities={energies}"),
            ];
            // More ranks would cut realizations into parts.
            mblscale(1, &arguments)
        };
        let file = |name: &str| directory.path().join(solver).join(name).join("data.h5");
        for (name, energies) in [("grown", "[0.3, 0.7]"), ("once", "[0.2, 0.3, 0.5, 0.7]")] {
            ended(&run(name, energies), 0);
        }
        ended(&run("grown", "[0.2, 0.3, 0.5, 0.7]"), 0);
        assert_eq!(
            bits(&file("grown"), FileType::Data),
            bits(&file("once"), FileType::Data)
        );
        let log = file("grown").with_file_name("run.jsonl");
        let log = std::fs::read_to_string(log).unwrap();
        let solved = |energies: &str| log.matches(energies).count();
        assert_eq!(solved("\"energy_densities\":[0.3,0.7]"), 24);
        assert_eq!(solved("\"energy_densities\":[0.2,0.5]"), 24);
        assert_eq!(log.lines().count(), 48);

        let said = ended(&run("grown", "[0.3, 0.7]"), 1);
        assert!(said.contains("at ε = 0.2 is stored"), "{said}");
    }
}

/// Many ranks, few realizations: their windows are shared out, and the whole is the same.
#[test]
fn ranks_share_the_windows_of_a_realization() {
    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    let run = |ranks: usize, name: &str| {
        let output = directory.path().join(name);
        let arguments = [
            "generate",
            &minimal,
            &set_output(&output),
            "--set=chain.sizes=[12]",
            "--set=disorder.realizations={ train = 1, test = 1 }",
            "--set=spectrum.solver=\"shift-invert\"",
            "--set=spectrum.energy_densities={ from = 0.1, to = 0.9, step = 0.1 }",
        ];
        succeed(ranks, &arguments);
        let log = std::fs::read_to_string(output.join("run.jsonl")).unwrap();
        (data_bits(&output), log.lines().count())
    };
    let (whole, lines) = run(0, "one");
    assert_eq!(lines, 4);
    let (shared, lines) = run(3, "three");
    assert!(lines > 4, "{lines}");
    assert_eq!(shared, whole);
}

/// Data of another deck make way only when that is asked for, and even then they are kept.
#[test]
fn force_sets_the_data_of_another_deck_aside() {
    let directory = tempfile::tempdir().unwrap();
    let minimal = deck("tests/decks/good/minimal.toml");
    let output = set_output(directory.path());
    let run = |more: &[&str]| {
        let arguments = ["generate", &minimal, &output];
        mblscale(2, &[&arguments[..], more].concat())
    };
    let data = directory.path().join("data.h5");
    let aside = directory.path().join("data.h5.replaced");
    ended(&run(&[]), 0);
    let first = bits(&data, FileType::Data);

    // Its own data are no reason for anything, nor are data for a deck that generates none.
    let own = ended(&run(&["--force"]), 0);
    assert!(own.contains("24 of 24 realizations are there"), "{own}");
    let scaling = deck("tests/decks/good/scaling_only.toml");
    mblscale(1, &["run", &scaling, &output, "--force"]);
    assert!(data.exists() && !aside.exists());

    let other = "--set=disorder.seed=2";
    let said = ended(&run(&[other]), 1);
    assert!(
        said.contains("disorder.seed = 1 there and 2 here"),
        "{said}"
    );
    assert_eq!(bits(&data, FileType::Data), first);

    ended(&run(&[other, "--force"]), 0);
    assert_eq!(bits(&aside, FileType::Data), first);
    assert_ne!(bits(&data, FileType::Data), first);

    // So does a file that cannot be read.
    std::fs::write(&data, "no longer HDF5").unwrap();
    ended(&run(&[]), 1);
    ended(&run(&["--force"]), 0);
    assert_eq!(bits(&data, FileType::Data), first);
    let kept = std::fs::read(directory.path().join("data.h5.replaced-2")).unwrap();
    assert_eq!(kept, b"no longer HDF5");
}

/// Failed realizations are left out of training, scores and fits: a deck that asks for them too comes
/// to the same as one that does not.
#[test]
fn every_stage_skips_failed_realizations() {
    let directory = tempfile::tempdir().unwrap();
    let small = deck("input/small.toml");
    let run = |name: &str, strengths: &str| {
        let output = directory.path().join(name);
        let arguments = [
            "run",
            &small,
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
    let text = |output: &PathBuf, name: &str| std::fs::read_to_string(output.join(name)).unwrap();
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let losses = |output: &PathBuf| -> Vec<serde_json::Value> {
        let epochs = text(output, "training.jsonl");
        let epochs = epochs.lines().skip(1);
        epochs.map(|line| json(line)["loss"].clone()).collect()
    };
    assert_eq!(losses(&with), losses(&without));
    let scores = |output: &PathBuf| json(&text(output, "evaluation.json"))["scores"].clone();
    assert_eq!(scores(&with), scores(&without));
    let fits = |output: &PathBuf| json(&text(output, "scaling.json"))["fits"].clone();
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
        // Few enough for a Krylov basis in every sector.
        let states = "--set=spectrum.states=10";
        let arguments = [command, &minimal, &output, states];
        let ranks = if command == "check" { 0 } else { 2 };
        let output = succeed(ranks, &[&arguments[..], more].concat());
        standard_output(&output)
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
