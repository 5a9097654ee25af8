//! Campaigns that are killed: nothing is lost, nothing is half written, and the end is the same.

#![cfg(feature = "mpi")]

mod program;
#[path = "program/running.rs"]
mod running;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use mblscale::store::{Assembly, FileType, Journals, Table, extend_run_log, read};
use program::{
    command, copy, data_bits, deck, ended, finish, info, set_output, succeed, with_environment,
};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use running::{Running, send};

/// A campaign of a few seconds, whose results reach the disk soon.
const CAMPAIGN: [&str; 5] = [
    "--set=chain.sizes=[6, 8, 10]",
    "--set=disorder.strengths=[1.0, 3.0, 9.0]",
    "--set=disorder.realizations={ train = 400, test = 200 }",
    "--set=spectrum.energy_densities=[0.3, 0.5]",
    "--set=run.checkpoint=\"20ms\"",
];
const TASKS: usize = 3 * 3 * 600;

/// How often each test kills; more by the environment, for a long look.
fn rounds() -> u32 {
    std::env::var("MBLSCALE_KILLS").map_or(3, |rounds| rounds.parse().unwrap())
}

fn campaign(ranks: usize, output: &Path) -> Command {
    let minimal = deck("tests/decks/good/minimal.toml");
    let output = set_output(output);
    let arguments = ["generate", &minimal, &output];
    command(ranks, &[&arguments[..], &CAMPAIGN].concat())
}

fn undisturbed(directory: &Path) -> Vec<u8> {
    let output = directory.join("undisturbed");
    finish(campaign(2, &output));
    data_bits(&output)
}

/// Realizations that a run would find there.
fn there(output: &Path) -> usize {
    let data = output.join("data.h5");
    if !data.exists() {
        return 0;
    }
    let mut assembly = Assembly::of(read(&data, FileType::Data).unwrap()).unwrap();
    // A run that merges them takes them away one after the other.
    let Ok(journals) = Journals::read(&output.join("journals")) else {
        return 0;
    };
    for record in &journals.records {
        assembly.insert(record).unwrap();
    }
    let complete = |table: &Table| {
        let complete = &table.quantities["complete"].values;
        complete.iter().filter(|value| !value.is_nan()).count() / 2
    };
    assembly.tables().iter().map(complete).sum()
}

/// A campaign that was killed in its middle, with results that are in journals only.
fn killed(output: &Path) {
    let mut run = Running::start(campaign(2, output), output);
    assert!(run.until(|| there(output) > TASKS / 10), "killed too late");
    run.kill_all();
    run.end();
    assert!(output.join("journals").exists());
}

/// The windows that run.jsonl tells of, which is each once: nothing was lost, and nothing that had
/// reached the disk was solved again.
fn windows_are_told_of_once(output: &Path) {
    let text = fs::read_to_string(output.join("run.jsonl")).unwrap();
    let mut windows: Vec<String> = Vec::new();
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        for energy in line["energy_densities"].as_array().unwrap() {
            let task = ["sites", "strength", "split", "realization"].map(|key| &line[key]);
            windows.push(format!("{task:?} {energy}"));
        }
    }
    assert_eq!(windows.len(), TASKS * 2);
    windows.sort();
    windows.dedup();
    assert_eq!(windows.len(), TASKS * 2);
}

/// One rank, or all, or mpirun alone, after some of the tasks, with another number of ranks each
/// time.
#[test]
fn a_campaign_ends_as_if_it_had_never_been_killed() {
    let directory = tempfile::tempdir().unwrap();
    let expected = undisturbed(directory.path());
    let seed = rounds().into();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    for round in 0..rounds() {
        let output = directory.path().join(round.to_string());
        let mut known = 0;
        let mut resumed = 0;
        for kill in 0..5 {
            let ranks = random.next_u64() as usize % 5;
            let mut run = Running::start(campaign(ranks, &output), &output);
            // While it starts, then further on each time: a clock would ask how quick the machine
            // is.
            let more = random.next_u64() as usize % (TASKS / 16);
            let begins = Duration::from_millis(random.next_u64() % 500);
            let goes_on = match kill {
                0 => run.goes_on_for(begins),
                _ => run.until(|| there(&output) > known + more),
            };
            if goes_on {
                resumed += usize::from(known > 0);
                match kill % 3 {
                    0 => run.kill_all(),
                    1 => run.signal("KILL"),
                    _ => send("KILL", &run.ranks()[..1]),
                }
            }
            run.end();
            let now = there(&output);
            assert!(now >= known, "{known} realizations became {now}");
            known = now;
        }
        assert!(resumed > 1, "nothing was killed after it had gone on");
        finish(campaign(1 + random.next_u64() as usize % 4, &output));
        assert_eq!(data_bits(&output), expected);
        windows_are_told_of_once(&output);
        assert!(!output.join("journals").exists());
    }
}

/// Killed while its results move from journals to data.h5.
#[test]
fn a_merge_that_is_killed_is_done_again() {
    let directory = tempfile::tempdir().unwrap();
    let expected = undisturbed(directory.path());
    for round in 0..rounds() {
        let output = directory.path().join(round.to_string());
        killed(&output);
        let part = |name: &str| output.join(name).exists();
        let name = ["run.jsonl.part", "data.h5.part"][round as usize % 2];
        let mut run = Running::start(campaign(3, &output), &output);
        if run.until(|| part(name)) {
            run.kill_all();
        }
        run.end();
        finish(campaign(2, &output));
        assert_eq!(data_bits(&output), expected);
        windows_are_told_of_once(&output);
        assert!(!part("run.jsonl.part") && !part("data.h5.part"));
    }
}

/// Makes an output directory.
type Make<'a> = &'a dyn Fn(&Path);

/// What a kill leaves between two steps of a merge, made by hand so that no moment is missed.
#[test]
fn every_step_of_a_merge_can_be_the_last() {
    let directory = tempfile::tempdir().unwrap();
    let expected = undisturbed(directory.path());
    let before = directory.path().join("before");
    killed(&before);
    let after = directory.path().join("after");
    copy(&before, &after);
    finish(campaign(1, &after));
    let states: [(&str, Make); 4] = [
        ("the lines written, the data not", &|output| {
            copy(&before, output);
            let journals = Journals::read(&output.join("journals")).unwrap();
            extend_run_log(&output.join("run.jsonl"), &journals.records).unwrap();
        }),
        ("the data half written", &|output| {
            copy(&before, output);
            let whole = fs::read(after.join("data.h5")).unwrap();
            fs::write(output.join("data.h5.part"), &whole[..whole.len() / 2]).unwrap();
            fs::write(output.join("run.jsonl.part"), "{\"fini").unwrap();
        }),
        ("the data written, the journals still there", &|output| {
            copy(&after, output);
            copy(&before.join("journals"), &output.join("journals"));
        }),
        ("one journal gone already", &|output| {
            copy(&after, output);
            copy(&before.join("journals"), &output.join("journals"));
            fs::remove_file(output.join("journals/rank-00000.records")).unwrap();
        }),
    ];
    for (number, (state, make)) in states.into_iter().enumerate() {
        let output = directory.path().join(number.to_string());
        make(&output);
        finish(campaign(2, &output));
        assert_eq!(data_bits(&output), expected, "{state}");
        assert!(!output.join("journals").exists(), "{state}");
        windows_are_told_of_once(&output);
        for part in ["run.jsonl.part", "data.h5.part"] {
            assert!(!output.join(part).exists(), "{state}");
        }
    }
}

/// What is left tells how far it came.
#[test]
fn a_killed_campaign_can_be_looked_at() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("killed");
    killed(&output);
    let known = there(&output);
    let seen = info(&output);
    assert!(seen.contains("not running: the run on"), "{seen}");
    let finished = format!("{known} of {TASKS} realizations finished; ");
    assert!(seen.contains(&finished), "{seen}");
}

#[test]
fn a_damaged_journal_is_set_aside_and_its_tasks_are_done_again() {
    let directory = tempfile::tempdir().unwrap();
    let expected = undisturbed(directory.path());
    let output = directory.path().join("damaged");
    killed(&output);
    let journal = output.join("journals/rank-00001.records");
    let mut bytes = fs::read(&journal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&journal, &bytes).unwrap();
    let said = finish(campaign(2, &output));
    let name = "rank-00001.records.damaged";
    assert!(said.contains(name), "{said}");
    assert_eq!(fs::read(output.join("journals").join(name)).unwrap(), bytes);
    assert_eq!(data_bits(&output), expected);
}

/// A file may only grow so large: the same to a program as a disk that is full.
fn with_room(kilobytes: u32, program: &Command) -> String {
    let words: Vec<String> = std::iter::once(program.get_program())
        .chain(program.get_args())
        .map(|word| format!("'{}'", word.to_str().unwrap()))
        .collect();
    format!(
        "ulimit -f {kilobytes}; trap '' XFSZ; exec {}",
        words.join(" ")
    )
}

fn shell(script: &str) -> std::process::Output {
    let mut shell = Command::new("bash");
    shell.args(["-c", script]);
    with_environment(&mut shell);
    shell.output().unwrap()
}

/// One of two ranks cannot write any more: both end, and what was written before is used.
#[test]
fn a_full_disk_ends_all_ranks_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let expected = undisturbed(directory.path());
    let output = directory.path().join("full");
    let script = directory.path().join("rank.sh");
    let program = campaign(0, &output);
    fs::write(
        &script,
        format!(
            "if [ \"$OMPI_COMM_WORLD_RANK\" = 1 ]; then {}; fi; {}",
            with_room(16, &program),
            with_room(100_000, &program)
        ),
    )
    .unwrap();
    let said = ended(&shell(&format!("mpirun -n 2 bash {}", script.display())), 1);
    let failed = "rank 1: error: cannot write";
    assert_eq!(said.matches(failed).count(), 1, "{said}");
    assert!(said.contains("1 of 2 ranks could not write"), "{said}");
    let kept = there(&output);
    assert!(kept > 0);
    let said = finish(campaign(2, &output));
    let known = format!("{kept} of {TASKS} realizations are there already");
    assert!(said.contains(&known), "{said}");
    assert_eq!(data_bits(&output), expected);
}

/// data.h5 cannot grow: the old one stays as it was.
#[test]
fn without_room_for_the_new_file_the_old_one_stays() {
    let directory = tempfile::tempdir().unwrap();
    let output: PathBuf = directory.path().join("small");
    let minimal = deck("tests/decks/good/minimal.toml");
    let out = set_output(&output);
    let small = ["generate", &minimal, &out];
    succeed(1, &small);
    let data = output.join("data.h5");
    let before = fs::read(&data).unwrap();
    let large = command(
        0,
        &[&small[..], &["--set=disorder.realizations.train=20000"]].concat(),
    );
    // MPI needs some room itself, and mpirun more of it.
    let script = directory.path().join("rank.sh");
    fs::write(&script, with_room(2000, &large)).unwrap();
    let said = ended(&shell(&format!("mpirun -n 1 bash {}", script.display())), 1);
    assert!(said.contains("error: cannot write"), "{said}");
    assert!(fs::read(&data).unwrap() == before);
    assert!(!output.join("data.h5.part").exists());
    succeed(0, &small);
}

#[test]
fn a_second_run_in_one_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("shared");
    let mut first = Running::start(campaign(1, &output), &output);
    assert!(first.until(|| output.join("journals/rank-00000.records").exists()));
    first.freeze();
    let said = ended(&campaign(2, &output).output().unwrap(), 1);
    assert_eq!(said.matches("is in use by a run on").count(), 1, "{said}");
    let seen = info(&output);
    assert!(seen.contains(": running on"), "{seen}");
    assert!(seen.contains(&format!("of {TASKS} realizations")), "{seen}");
    first.thaw();
    let (status, said) = first.end();
    assert!(status.success(), "{said}");
    let seen = info(&output);
    let all = format!("{TASKS} of {TASKS} realizations finished");
    assert!(
        seen.contains(": not running") && seen.contains(&all),
        "{seen}"
    );
}
