//! Groups of ranks that solve realizations together, through mpirun.

#![cfg(feature = "mpi")]

mod program;
#[path = "program/running.rs"]
mod running;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use program::{
    WITHOUT_WINDOWS, command, data_bits, deck, ended, finish, mblscale, set_output, standard_output,
};
use running::{Running, send};

/// A campaign whose longer chain is shared.
const CAMPAIGN: [&str; 4] = [
    "--set=chain.sizes=[8, 14]",
    "--set=disorder.strengths=[3.0]",
    "--set=disorder.realizations={ train = 2, test = 1 }",
    "--set=spectrum.solver=\"filter\"",
];

fn campaign(ranks: usize, group: &str, output: &Path, more: &[&str]) -> Command {
    let minimal = deck("tests/decks/good/minimal.toml");
    let output = set_output(output);
    let group = format!("--set=run.ranks_per_realization={group}");
    let arguments = ["generate", &minimal, &output, &group];
    command(ranks, &[&arguments[..], &CAMPAIGN, more].concat())
}

/// A task of some seconds on two ranks.
const LONG: [&str; 4] = [
    "--set=chain.sizes=[16]",
    "--set=disorder.realizations={ test = 1 }",
    "--set=spectrum.states=100",
    "--set=run.checkpoint=\"20ms\"",
];

/// A run of two ranks that are in the middle of such a task.
fn in_a_task(output: &Path) -> Running {
    let mut run = Running::start(campaign(2, "2", output, &LONG), output);
    assert!(run.until(|| output.join("data.h5").exists()));
    let goes_on = run.goes_on_for(Duration::from_millis(300));
    assert!(goes_on, "it ended too soon");
    run
}

#[test]
fn data_do_not_depend_on_groups_or_threads() {
    let directory = tempfile::tempdir().unwrap();
    let of = |ranks: usize, group: &str, threads: usize| {
        let output = directory.path().join(format!("{ranks}-{group}-{threads}"));
        let threads = format!("--set=run.threads={threads}");
        finish(campaign(ranks, group, &output, &[&threads]));
        assert!(!output.join("journals").exists());
        data_bits(&output)
    };
    let expected = of(1, "1", 1);
    for (ranks, group, threads) in [
        (2, "2", 1),
        (3, "3", 1),
        (4, "2", 1),
        (2, "2", 2),
        (1, "1", 3),
    ] {
        let same = of(ranks, group, threads) == expected;
        assert!(
            same,
            "{ranks} ranks in groups of {group}, {threads} threads"
        );
    }
}

/// Rank 0 answers the other ranks, and it waits for those of its group. Each pair has work for more than
/// the two seconds after which a rank asks how far the others are. The last chains need no groups.
#[test]
fn groups_do_without_one_sided_communication() {
    let directory = tempfile::tempdir().unwrap();
    let more = [LONG[2], "--set=disorder.realizations={ test = 16 }"];
    let of = |ranks: usize, group: &str| {
        let output = directory.path().join(ranks.to_string());
        let mut run = campaign(ranks, group, &output, &more);
        let (name, value) = WITHOUT_WINDOWS;
        run.env(name, value);
        (finish(run), data_bits(&output))
    };
    let (said, found) = of(4, "2");
    assert!(said.contains("by messages"), "{said}");
    assert!(found == of(1, "1").1);
}

/// Nothing is lost with a rank that dies in the middle of a shared task, and nobody waits for it.
#[test]
fn a_rank_of_a_group_that_dies_ends_the_run() {
    let directory = tempfile::tempdir().unwrap();
    let expected = directory.path().join("undisturbed");
    finish(campaign(1, "1", &expected, &LONG));
    for victim in [0, 1] {
        let output = directory.path().join(victim.to_string());
        let run = in_a_task(&output);
        send("KILL", &[run.ranks()[victim]]);
        let (status, said) = run.end();
        assert!(!status.success(), "{said}");
        finish(campaign(2, "2", &output, &LONG));
        assert!(data_bits(&output) == data_bits(&expected));
    }
}

/// A long search is kept in files, and another number of ranks goes on from there.
#[test]
fn a_search_goes_on_in_groups_of_any_size() {
    let directory = tempfile::tempdir().unwrap();
    let expected = directory.path().join("undisturbed");
    finish(campaign(1, "1", &expected, &LONG));
    let often = [&LONG[..3], &["--set=run.checkpoint=\"1ms\""]].concat();
    let output = directory.path().join("killed");
    let searches = output.join("searches");
    let kept = || {
        let files = std::fs::read_dir(&searches).into_iter().flatten();
        let names = files.filter_map(|file| Some(file.ok()?.file_name()));
        names
            .filter(|name| name.to_string_lossy().ends_with(".list"))
            .count()
    };
    for (ranks, group) in [(2, "2"), (3, "3"), (1, "1")] {
        let mut run = Running::start(campaign(ranks, group, &output, &often), &output);
        assert!(run.until(|| kept() == 1), "nothing was kept");
        assert!(
            run.goes_on_for(Duration::from_millis(300)),
            "it ended too soon"
        );
        run.kill_all();
        run.end();
    }
    let said = finish(campaign(2, "2", &output, &often));
    assert!(said.contains("a search goes on with the"), "{said}");
    assert!(data_bits(&output) == data_bits(&expected));
    assert!(!searches.exists());
}

/// A signal to one rank of a group ends all of them in order.
#[test]
fn a_signal_ends_a_group_in_order() {
    let directory = tempfile::tempdir().unwrap();
    for receiver in [0, 1] {
        let output = directory.path().join(receiver.to_string());
        let run = in_a_task(&output);
        send("TERM", &[run.ranks()[receiver]]);
        let (_, said) = run.end();
        assert!(
            said.contains("unfinished: 1 realizations are missing because a signal"),
            "{said}"
        );
    }
}

#[test]
fn ranks_that_do_not_make_groups_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let run = campaign(3, "2", directory.path(), &[]).output().unwrap();
    let said = ended(&run, 1);
    assert!(
        said.contains("3 ranks cannot be cut into groups of 2; start 4 ranks"),
        "{said}"
    );
    let minimal = deck("tests/decks/good/minimal.toml");
    let none = "--set=run.ranks_per_realization=0";
    let said = ended(&mblscale(0, &["check", &minimal, none]), 1);
    assert!(said.contains("0 is not a number of ranks"), "{said}");
}

/// L = 20 does not fit into 200 MB, but its vectors fit on two ranks together.
#[test]
fn memory_asks_for_groups() {
    let minimal = deck("tests/decks/good/minimal.toml");
    let check = |ranks: &str, group: &str| {
        let group = format!("--set=run.ranks_per_realization={group}");
        let long = ["--set=chain.sizes=[20]", "--set=run.memory=\"200MB\""];
        let arguments = ["check", &minimal, "--ranks", ranks, &group];
        mblscale(0, &[&arguments[..], &long].concat())
    };
    let said = ended(&check("1", "1"), 1);
    let remedy =
        "start 2 ranks or more, with solver = \"filter\" and run.ranks_per_realization = 2";
    assert!(said.contains(remedy), "{said}");
    ended(&check("1", "\"auto\""), 1);
    for group in ["2", "\"auto\""] {
        let planned = check("2", group);
        ended(&planned, 0);
        let planned = standard_output(&planned);
        let row = planned
            .lines()
            .find(|line| line.trim_start().starts_with("20 "));
        let cells: Vec<&str> = row.expect("a row of L = 20").split_whitespace().collect();
        assert_eq!(cells[4..6], ["filter", "2"], "{planned}");
    }
}
