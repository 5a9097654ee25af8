//! Quenches of a campaign: what data.h5 holds of them, on any number of ranks and after any kill.

#![cfg(feature = "mpi")]

mod program;
#[path = "program/running.rs"]
mod running;

use std::path::Path;
use std::process::Command;

use mblscale::deck::Split;
use mblscale::store::{Dimension, FileType, Table, read};
use program::{
    bits, command, data, data_bits, deck, finish, info, mblscale, message, results, set_output,
    standard_output, succeed,
};
use running::Running;
use serde_json::Value;

fn campaign(ranks: usize, output: &Path, more: &[&str]) -> Command {
    let quench = deck("tests/decks/good/quench.toml");
    let output = set_output(output);
    command(ranks, &[&["generate", &quench, &output], more].concat())
}

fn table(output: &Path, sites: usize) -> Table {
    let mut tables = data(output).into_iter();
    let found = tables.find(|table| (table.sites, table.split) == (sites, Split::Test));
    found.unwrap()
}

/// The names of the windows' part of a deck with both.
const WINDOWS: &str = "--set=spectrum={ energy_densities = [0.3, 0.5], states = 10, indicators = \
                       [\"gap_ratio\", \"entanglement\"] }";

#[test]
fn quenches_are_stored_over_their_axes() {
    use Dimension::{Distance, Realization, Sample, Site, Strength, Time};
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("one");
    finish(campaign(1, &output, &[]));
    let table = table(&output, 8);
    let times = &table.coordinates[&Dimension::Time];
    assert_eq!(times.len(), 7);
    assert_eq!((times[0], times[6]), (0.1, 100.0));
    let over = |name: &str, more: &[Dimension]| {
        let axes = [&[Strength, Realization, Sample], more].concat();
        table
            .over(&format!("quench_{name}"), &axes)
            .unwrap()
            .into_owned()
    };
    let complete = &table.quantities["quench_complete"].values;
    assert!(complete.shape() == [2, 3] && complete.iter().all(|&it| it == 1.0));
    assert!(
        over("error", &[])
            .iter()
            .all(|&it| (0.0..1e-12).contains(&it))
    );

    let initial = over("initial", &[Site]);
    let spins = over("magnetization", &[Site, Time]);
    assert_eq!(spins.shape(), [2, 3, 3, 8, 7]);
    let imbalance = over("imbalance", &[Time]);
    let (initial, spins) = (initial.as_slice().unwrap(), spins.as_slice().unwrap());
    for (state, initial) in initial.chunks_exact(8).enumerate() {
        assert!(initial.iter().sum::<f64>() == 0.0 && initial.iter().all(|s| s.abs() == 1.0));
        let spins = &spins[56 * state..56 * (state + 1)];
        for time in 0..7 {
            let of_site = |site: usize| spins[7 * site + time];
            let total: f64 = (0..8).map(of_site).sum();
            assert!(total.abs() < 1e-12, "the sector has no magnetization");
            let expected: f64 = (0..8).map(|site| initial[site] * of_site(site) / 8.0).sum();
            let found = imbalance.as_slice().unwrap()[7 * state + time];
            assert!((found - expected).abs() < 1e-13);
        }
    }
    let entropy = over("entanglement", &[Time]);
    for (number, entropy) in over("number_entropy", &[Time]).iter().zip(&entropy) {
        assert!(*number > 0.0 && number <= &(entropy + 1e-12));
    }
    for (back, spread) in over("return_probability", &[Time])
        .iter()
        .zip(&over("participation_entropy", &[Time]))
    {
        // No state with this probability spreads less.
        assert!(*spread >= -back * back.ln() - 1e-12 && (0.0..=1.0).contains(back));
    }
    assert_eq!(
        over("correlation_zz", &[Distance, Time]).shape(),
        [2, 3, 3, 4, 7]
    );
}

/// On one rank or three, in one run or two, beside windows or alone.
#[test]
fn quenches_have_the_same_bits_however_they_are_made() {
    let directory = tempfile::tempdir().unwrap();
    let run = |name: &str, ranks: usize, more: &[&str]| {
        finish(campaign(ranks, &directory.path().join(name), more));
    };
    let bits = |name: &str| data_bits(&directory.path().join(name));
    run("one", 1, &[]);
    run("three", 3, &[]);
    assert!(bits("one") == bits("three"));

    run("both", 1, &[WINDOWS]);
    run("both-three", 3, &[WINDOWS]);
    assert!(bits("both") == bits("both-three"));
    // The quenches first, and then the windows.
    run("three", 2, &[WINDOWS]);
    assert!(bits("three") == bits("both"));
    // Fewer realizations first.
    run(
        "grown",
        2,
        &[
            "--set=disorder.realizations={ test = 1 }",
            "--set=disorder.strengths=[5.0]",
        ],
    );
    run("grown", 1, &[WINDOWS]);
    assert!(bits("grown") == bits("both"));
    // The windows first.
    let without = std::fs::read_to_string(deck("tests/decks/good/quench.toml")).unwrap();
    let without = without.split("[quench]").next().unwrap();
    let path = directory.path().join("deck.toml");
    std::fs::write(&path, without).unwrap();
    let output = set_output(&directory.path().join("later"));
    succeed(2, &["generate", path.to_str().unwrap(), &output, WINDOWS]);
    run("later", 1, &[WINDOWS]);
    assert!(bits("later") == bits("both"));

    let said = info(&directory.path().join("both"));
    assert!(
        said.contains("6 of 6") && said.contains("quench_imbalance"),
        "{said}"
    );
    let other = mblscale(
        0,
        &[
            "generate",
            &deck("tests/decks/good/quench.toml"),
            &set_output(&directory.path().join("one")),
            "--set=quench.samples=2",
        ],
    );
    let said = message(&other);
    assert!(
        !other.status.success() && said.contains("quench.samples = 3 there and 2 here"),
        "{said}"
    );
}

/// A group of ranks that share one realization, and a run that is killed in its middle.
#[test]
fn a_long_quench_goes_on_after_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let long = [
        "--set=chain.sizes=[14]",
        "--set=disorder.realizations={ test = 1 }",
        "--set=disorder.strengths=[5.0]",
        "--set=quench.times={ from = 10.0, to = 400.0, points = 8 }",
        "--set=run.checkpoint=\"1ms\"",
    ];
    let run = |name: &str, ranks: usize, more: &[&str]| {
        let output = directory.path().join(name);
        (
            campaign(ranks, &output, &[&long[..], more].concat()),
            output,
        )
    };
    let (whole, expected) = run("whole", 1, &[]);
    finish(whole);
    let group = "--set=run.ranks_per_realization=2";
    let (killed, output) = run("killed", 2, &[group]);
    let searches = output.join("searches");
    let mut running = Running::start(killed, &output);
    let is_kept = || std::fs::read_dir(&searches).is_ok_and(|files| files.count() > 2);
    assert!(running.until(is_kept), "it ended too soon");
    running.kill_all();
    running.end();
    assert!(data(&output)[0].quantities["quench_complete"].values[[0, 0]].is_nan());
    finish(run("killed", 3, &["--set=run.ranks_per_realization=3"]).0);
    assert!(data_bits(&output) == data_bits(&expected));
    assert!(!searches.exists());
}

#[test]
fn a_preview_names_the_quenches() {
    let deck = deck("tests/decks/good/quench.toml");
    let said = standard_output(&succeed(0, &["check", &deck]));
    assert!(
        said.contains("quenches   3 states at 7 times up to t = 100"),
        "{said}"
    );
    assert!(said.contains("generate   20 tasks"), "{said}");
}

/// What learns the quenches of the deck.
const LEARNED: [&str; 3] = [
    "--set=disorder.realizations={ train = 6, test = 3 }",
    "--set=learn={ train_sizes = [6, 8], targets = [\"quench_imbalance\", \"quench_entanglement\"], \
     members = 2, epochs = 3, batch = 16, study = { kind = \"end-to-end\" } }",
    "--set=predict={ sizes = [8, 10], realizations = 4 }",
];

#[test]
fn quenches_are_learned_with_their_times() {
    use Dimension::{Member, Realization, Strength, Time};
    let directory = tempfile::tempdir().unwrap();
    let quench = deck("tests/decks/good/quench.toml");
    let run = |name: &str, ranks: usize, stage: &str, more: &[&str]| {
        let output = directory.path().join(name);
        let set = set_output(&output);
        let settings = [&[stage, &quench, &set], &LEARNED[..], more].concat();
        (finish(command(ranks, &settings)), output)
    };
    let predicted = |output: &Path| bits(&output.join("predictions.h5"), FileType::Predictions);
    let (said, output) = run("one", 1, "run", &[]);
    assert!(!said.contains("extrapolated"), "{said}");
    assert!(predicted(&run("three", 3, "run", &[]).1) == predicted(&output));

    let exact = table(&output, 8);
    let times = &exact.coordinates[&Time];
    let path = output.join("predictions.h5");
    let tables = read(&path, FileType::Predictions).unwrap().tables;
    assert_eq!(tables.len(), 2);
    for table in &tables {
        assert!(table.energy_densities.is_empty() && table.coordinates[&Time] == *times);
        let over = [Strength, Realization, Time];
        let found = table.over("quench_imbalance", &over).unwrap();
        assert_eq!(found.shape(), [2, 4, times.len()]);
        let members = [&[Member], &over[..]].concat();
        assert_eq!(
            table
                .over("quench_imbalance_members", &members)
                .unwrap()
                .len(),
            2 * found.len()
        );
        let description = &table.quantities["quench_imbalance"].description;
        assert!(
            description.ends_with("learned from t = 0.1 to 100"),
            "{description}"
        );
    }

    // The scores are those of the stored predictions, of the mean over the initial states.
    let evaluation = results(&output.join("evaluation.json"));
    let scores = evaluation["scores"].as_array().unwrap();
    let lengths = data(&output)
        .iter()
        .filter(|it| it.split == Split::Test)
        .count();
    assert_eq!(scores.len(), lengths * 2 * times.len());
    let members = &tables[0].quantities["quench_imbalance_members"].values;
    let states = &exact.quantities["quench_imbalance"].values;
    let own = |it: &&Value| it["sites"] == 8 && it["target"] == "quench_imbalance";
    for (place, score) in scores.iter().filter(own).enumerate() {
        assert_eq!(score["time"].as_f64(), Some(times[place]));
        let mut sum = 0.0;
        for ((_, strength, realization, time), value) in (members.indexed_iter())
            .map(|(at, value)| ((at[0], at[1], at[2], at[3]), value))
            .filter(|((_, _, realization, time), _)| *realization < 3 && *time == place)
        {
            let mean = (0..3)
                .map(|state| states[[strength, realization, state, time]])
                .sum::<f64>();
            sum += (value - mean / 3.0).powi(2) / 12.0;
        }
        let stored = score["mse"].as_f64().unwrap();
        assert!((stored - sum).abs() < 1e-12, "{stored} {sum}");
    }

    let (said, _) = run(
        "one",
        2,
        "predict",
        &["--set=predict.times=[0.05, 1, 200, 300]"],
    );
    assert!(
        said.contains("t = 0.05 and 2 more are outside 0.1 to 100"),
        "{said}"
    );
}
