//! Campaigns that are asked to stop, by a signal or by their time limit, and go on later.

#![cfg(feature = "mpi")]

mod program;
#[path = "program/running.rs"]
mod running;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

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

/// A rank that answers no more keeps the others no longer than the time limit. It stands for a node
/// that has vanished. What the others have solved waits for the next run, on other numbers of ranks.
#[test]
fn a_rank_that_stands_still_does_not_outlast_the_time_limit() {
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole");
    let realizations = "--set=disorder.realizations={ train = 120, test = 60 }";
    let many = [MANY[0], realizations, MANY[2]];
    finish(campaign(2, &whole, &many));
    for still in [0, 2] {
        let output = directory.path().join(still.to_string());
        let limited = [&many[..], &["--time-limit=8s"]].concat();
        let mut run = Running::start(campaign(3, &output, &limited), &output);
        assert!(run.until(|| works(&output) && has_results(&output)));
        let ranks = run.ranks();
        send("STOP", &ranks[still..=still]);
        let began = Instant::now();
        assert!(!run.until(|| began.elapsed() > Duration::from_secs(60)));
        send("KILL", &ranks);
        let (status, said) = run.end();
        assert_eq!(status.code(), UNFINISHED, "{said}");
        assert!(said.contains("the time limit has passed"), "{said}");
        assert!(has_results(&output));

        let said = finish(campaign(2, &output, &many));
        assert!(said.contains("are there already"), "{said}");
        assert!(data_bits(&output) == data_bits(&whole));
    }
}

/// The same in a training, whose last checkpoint is kept.
#[test]
fn a_training_ends_at_the_time_limit() {
    let directory = tempfile::tempdir().unwrap();
    let small = deck("input/small.toml");
    let output = directory.path().join("stopped");
    let set = set_output(&output);
    finish(command(2, &["generate", &small, &set]));
    let epochs = "--set=learn.epochs=20000";
    let limited = ["--set=run.checkpoint=\"100ms\"", "--time-limit=10s"];
    let training = [&["train", &small, &set, epochs][..], &limited].concat();
    let mut run = Running::start(command(2, &training), &output);
    let unfinished = output.join("models/unfinished");
    let holds = |path: &Path| std::fs::read_dir(path).is_ok_and(|mut files| files.next().is_some());
    assert!(run.until(|| holds(&unfinished)));
    let ranks = run.ranks();
    send("STOP", &ranks[1..]);
    let began = Instant::now();
    assert!(!run.until(|| began.elapsed() > Duration::from_secs(60)));
    send("KILL", &ranks);
    let (status, said) = run.end();
    assert_eq!(status.code(), UNFINISHED, "{said}");
    assert!(said.contains("waiting for other ranks"), "{said}");
    assert!(holds(&unfinished), "{said}");
}

/// Absurd limits are no limit or a mistake, and never a panic.
#[test]
fn absurd_limits_do_not_panic() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("absurd");
    let run = |limit: &[&str], end: Option<&str>| {
        let mut command = campaign(0, &output, limit);
        if let Some(end) = end {
            command.env("SLURM_JOB_END_TIME", end);
        }
        let run = command.output().unwrap();
        (run.status.code(), message(&run))
    };
    for limit in [
        "1000000000 years",
        "500000000000years",
        "18446744073709551615s",
    ] {
        let (code, said) = run(&[&format!("--time-limit={limit}")], None);
        assert_eq!(code, Some(0), "{limit}: {said}");
        let deck = ["time_limit", "checkpoint"];
        let deck = deck.map(|key| format!("--set=run.{key}=\"{limit}\""));
        let (code, said) = run(&[&deck[0], &deck[1]], None);
        assert_eq!(code, Some(0), "{limit}: {said}");
    }
    for limit in [
        "1e300s",
        "-5s",
        "600000000000 years",
        "18446744073709551615s 1s",
    ] {
        let (code, said) = run(&[&format!("--time-limit={limit}")], None);
        assert_eq!(code, Some(2), "{limit}: {said}");
    }
    for (end, named) in [
        ("-5", true),
        ("1e300", true),
        ("99999999999999999999", true),
        ("18446744073709551615", false),
    ] {
        let (code, said) = run(&[], Some(end));
        assert_eq!(code, Some(0), "{end}: {said}");
        let warning = format!("SLURM_JOB_END_TIME = \"{end}\" is not a time");
        assert_eq!(said.contains(&warning), named, "{said}");
    }
}

/// A signal ends the measurement of the machine's speed, which says what it does.
#[test]
fn a_signal_ends_a_calibration() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("calibration");
    let mut command = campaign(2, &output, &LONG);
    // Nothing can be kept there.
    command.env("XDG_CACHE_HOME", "/dev/null/cache");
    let mut run = Running::start(command, &output);
    assert!(run.until(|| run_says(&output, "measuring how fast this machine is")));
    send("TERM", &run.ranks()[..1]);
    let (status, said) = run.end();
    assert_eq!(status.code(), UNFINISHED, "{said}");
    assert!(said.contains("a signal stopped the measurement"), "{said}");
    assert!(!works(&output));
}

fn run_says(output: &Path, part: &str) -> bool {
    let said = std::fs::read_to_string(output.with_extension("log"));
    said.is_ok_and(|said| said.contains(part))
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
