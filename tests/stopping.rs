//! Campaigns that are asked to stop, by a signal or by their time limit, and go on later.

mod program;
#[path = "program/running.rs"]
mod running;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use mblscale::store::{FileType, Journals};
use program::{bits, command, data, data_bits, deck, ended, finish, message, set_output};
use running::{Running, send};

const UNFINISHED: Option<i32> = Some(75);

fn campaign(ranks: usize, output: &Path, more: &[&str]) -> Command {
    let minimal = deck("tests/decks/good/minimal.toml");
    let output = set_output(output);
    let arguments = [
        "generate",
        &minimal,
        &output,
        "--set=spectrum.energy_densities={ from = 0.05, to = 0.95, step = 0.05 }",
    ];
    command(ranks, &[&arguments[..], more].concat())
}

/// Two thousand tasks, each short.
const MANY: [&str; 3] = [
    "--set=chain.sizes=[8, 10]",
    "--set=disorder.realizations={ train = 240, test = 120 }",
    "--set=run.checkpoint=\"20ms\"",
];

/// Two tasks, each a window in a large sector: every moment is in the middle of them.
const LONG: [&str; 5] = [
    "--set=chain.sizes=[18]",
    "--set=spectrum.energy_densities=[0.5]",
    "--set=disorder.strengths=[3.0]",
    "--set=disorder.realizations={ train = 1, test = 1 }",
    "--set=spectrum.solver=\"shift-invert\"",
];

fn works(output: &Path) -> bool {
    output.join("journals/rank-00000.records").exists()
}

/// Whether results of a run that goes on have reached the disk.
fn has_results(output: &Path) -> bool {
    let journals = Journals::read(&output.join("journals")).unwrap();
    !journals.records.is_empty()
}

fn finished(output: &Path) -> usize {
    let tables = data(output);
    let complete = tables.iter().map(|table| {
        let complete = &table.quantities["complete"].values;
        complete.iter().filter(|it| !it.is_nan()).count()
    });
    complete.sum()
}

/// Sends a signal to some of a run's processes.
type Tell<'a> = &'a dyn Fn(&Running, &str);

/// Every kind of wish to stop, between short tasks: nothing done is lost, and the end is the same.
#[test]
fn a_campaign_that_was_stopped_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole");
    finish(campaign(2, &whole, &MANY));
    let expected = data_bits(&whole);
    let all = |run: &Running, signal: &str| send(signal, &run.ranks());
    let last = |run: &Running, signal: &str| send(signal, &run.ranks()[1..]);
    let by_mpirun = |run: &Running, signal: &str| run.signal(signal);
    let cases: [(usize, &str, Tell); 5] = [
        (0, "TERM", &by_mpirun),
        (0, "INT", &by_mpirun),
        (2, "USR1", &by_mpirun),
        (3, "TERM", &all),
        (2, "USR1", &last),
    ];
    for (number, (ranks, signal, tell)) in cases.into_iter().enumerate() {
        let output = directory.path().join(number.to_string());
        let mut run = Running::start(campaign(ranks, &output, &MANY), &output);
        assert!(run.until(|| works(&output) && has_results(&output)));
        tell(&run, signal);
        let (status, said) = run.end();
        assert_eq!(
            status.code(),
            UNFINISHED,
            "{signal} on {ranks} ranks: {said}"
        );
        assert_eq!(
            said.matches("a signal stopped the run").count(),
            1,
            "{said}"
        );
        assert!(!output.join("journals").exists());

        let said = finish(campaign(3, &output, &MANY));
        assert!(said.contains("are there already"), "{said}");
        assert_eq!(data_bits(&output), expected);
    }
}

/// In the middle of a long task the signal is heard: the task is given up, not finished.
#[test]
fn a_long_task_does_not_make_a_signal_wait() {
    let directory = tempfile::tempdir().unwrap();
    for ranks in [0, 2] {
        let output = directory.path().join(ranks.to_string());
        let mut run = Running::start(campaign(ranks, &output, &LONG), &output);
        assert!(run.until(|| works(&output)));
        assert!(run.goes_on_for(Duration::from_secs(2)));
        // One rank alone hears it from the system, the others from that one.
        send("USR1", &run.ranks()[..1]);
        let (status, said) = run.end();
        assert_eq!(status.code(), UNFINISHED, "{said}");
        assert_eq!(finished(&output), 0, "{said}");
        assert!(said.contains("2 realizations are missing"), "{said}");
    }
}

/// The library's dense solver asks nobody: only a second interrupt ends it.
#[test]
fn a_second_interrupt_ends_the_run_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("twice");
    let dense = [
        &LONG[1..4],
        &["--set=chain.sizes=[14]", "--set=spectrum.solver=\"dense\""],
    ];
    let mut run = Running::start(campaign(0, &output, &dense.concat()), &output);
    assert!(run.until(|| works(&output)));
    assert!(run.goes_on_for(Duration::from_millis(500)));
    run.signal("INT");
    assert!(run.goes_on_for(Duration::from_millis(500)));
    run.signal("INT");
    let (status, said) = run.end();
    assert_eq!(status.code(), Some(130), "{said}");
}

/// A training that was stopped goes on, on another number of ranks, to the same networks.
#[test]
fn a_training_that_was_stopped_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let small = deck("input/small.toml");
    let run = |ranks: usize, output: &Path| {
        let output = set_output(output);
        let arguments = ["run", &small, &output];
        command(
            ranks,
            &[&arguments[..], &["--set=learn.epochs=20000"]].concat(),
        )
    };
    let whole = directory.path().join("whole");
    finish(run(2, &whole));
    let output = directory.path().join("stopped");
    let log = output.join("training.jsonl");
    let epochs = || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        text.matches("\"epoch\":").count()
    };
    let mut stopped = Running::start(run(2, &output), &output);
    assert!(stopped.until(|| epochs() > 20));
    stopped.signal("USR1");
    let (status, said) = stopped.end();
    assert_eq!(status.code(), UNFINISHED, "{said}");
    assert!(
        epochs() < 20000 && said.contains("of 20000; run the same"),
        "{said}"
    );
    finish(run(3, &output));
    let predictions = |output: &Path| {
        let path = output.join("predictions.h5");
        bits(&path, FileType::Predictions)
    };
    assert!(predictions(&output) == predictions(&whole));
    assert_eq!(epochs(), 20000);
    assert!(!output.join("models/unfinished").exists());
}

#[test]
fn segments_within_a_time_limit_make_the_whole() {
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole");
    let deck = [
        "--set=chain.sizes=[10, 12]",
        "--set=disorder.realizations={ train = 50, test = 25 }",
        "--set=spectrum.solver=\"dense\"",
    ];
    finish(campaign(2, &whole, &deck));
    let expected = data_bits(&whole);

    let output = directory.path().join("segments");
    let mut segments = 0;
    loop {
        let limited = [&deck[..], &["--time-limit=3s"]].concat();
        let run = campaign(2, &output, &limited).output().unwrap();
        let said = message(&run);
        match run.status.code() {
            Some(75) => assert!(said.contains("no time is left for another"), "{said}"),
            Some(0) => break,
            _ => panic!("{said}"),
        }
        segments += 1;
        assert!(segments < 100, "{said}");
    }
    assert!(segments > 0, "the campaign is too short for this test");
    assert_eq!(data_bits(&output), expected);
}

/// The end that Slurm has set for a job counts too; and a limit in which nothing can be done is an
/// error, or a job would be queued again for ever.
#[test]
fn no_time_at_all_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("none");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let over = now.unwrap().as_secs();
    let mut by_slurm = campaign(2, &output, &MANY);
    by_slurm.env("SLURM_JOB_END_TIME", over.to_string());
    let in_the_deck = campaign(
        1,
        &output,
        &[&MANY[..], &["--set=run.time_limit=\"1ms\""]].concat(),
    );
    for mut command in [by_slurm, in_the_deck] {
        let said = ended(&command.output().unwrap(), 1);
        assert_eq!(
            said.matches("error: no task fits into the time limit")
                .count(),
            1,
            "{said}"
        );
    }
}
