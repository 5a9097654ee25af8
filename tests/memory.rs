//! A campaign runs for days, so that solvers and indicators must not leak memory. It may have many
//! tasks, so `check` says what their results take.

#![cfg(feature = "mpi")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bytesize::ByteSize;
use serde_json::Value;

use mblscale::chain::Chain;
use mblscale::deck::Boundary;
use mblscale::eigen::{METHODS, uninterrupted};
use mblscale::indicators;

use nix::sys::resource::{UsageWho, getrusage};

mod oracle;
mod program;
use oracle::{realization, solver};
use program::{deck, set_output, standard_output, succeed};

/// Bytes of this process in memory.
fn resident() -> u64 {
    let process = sysinfo::get_current_pid().unwrap();
    let mut system = sysinfo::System::new().unwrap();
    system.refresh_processes(sysinfo::ProcessesToUpdate::Some(&[process]), true);
    system.process(process).unwrap().memory()
}

#[test]
fn ten_thousand_realizations_leak_no_memory() {
    let chain = Arc::new(Chain::new(8, 1.0, Boundary::Periodic));
    for method in METHODS {
        let mut solver = solver(method.name, &chain);
        let mut indicators: Vec<_> = (indicators::ALL.iter())
            .map(|known| (known.prepare)(chain.sector()))
            .collect();
        let mut settled = 0;
        for number in 0..10_000 {
            let hamiltonian = realization(&chain, 3, 6.0, number);
            let bounds = solver.begin(&hamiltonian, &uninterrupted).unwrap();
            let window = solver
                .window(bounds.energy(0.5), 8, &uninterrupted)
                .unwrap();
            for indicator in &mut indicators {
                indicator.evaluate(&window);
            }
            if number == 1000 {
                settled = resident();
            }
        }
        let grown = resident().saturating_sub(settled);
        // A leak of one eigenvector per realization would be 5 MB.
        assert!(grown < 2 << 20, "{}: {grown} bytes", method.name);
    }
}

/// Runs a command on so many ranks for chains of four sites at two strengths; what it prints. Results
/// wait in memory for a checkpoint, some megabytes in 100 ms, so checkpoints are frequent.
fn run(command: &str, ranks: usize, output: &Path, realizations: usize) -> String {
    let minimal = deck("tests/decks/good/minimal.toml");
    let output = set_output(output);
    let realizations = format!("--set=disorder.realizations={{ train = {realizations} }}");
    let settings = ["--set=chain.sizes=[4]", "--set=run.checkpoint=20ms"];
    let arguments = [&[command, &minimal, &output, &realizations][..], &settings].concat();
    standard_output(&succeed(ranks, &arguments))
}

/// One test, because the system's account of the processes that have ended is one for all.
#[test]
fn tasks_take_the_memory_that_check_states() {
    check_knows_what_the_results_take();
    ranks_hold_no_list_of_tasks();
}

/// Rank 0 takes about as much more memory for more tasks as `check` says.
fn check_knows_what_the_results_take() {
    let directory = tempfile::tempdir().unwrap();
    let output = |realizations: usize| directory.path().join(realizations.to_string());
    let predicted = |realizations: usize| {
        let said = run("check", 0, &output(realizations), realizations);
        let (_, line) = said
            .split_once("rank 0 gathers the results in ")
            .expect(&said);
        let bytes: ByteSize = line.lines().next().unwrap().parse().expect(line);
        bytes.as_u64() as f64
    };
    let peak = |realizations: usize| {
        run("generate", 0, &output(realizations), realizations);
        getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss() as f64 * 1024.0
    };
    // The calibration takes as much as 40,000 tasks, so 64,000 and 96,000 are compared.
    let few = peak(32_000);
    let grown = peak(48_000) - few;
    let expected = predicted(48_000) - predicted(32_000);
    let share = grown / expected;
    assert!((0.5..1.1).contains(&share), "{grown} bytes, not {expected}");
}

/// The other ranks hold no list of the tasks: 80,000 more would take 7 MB at 90 bytes each.
fn ranks_hold_no_list_of_tasks() {
    let directory = tempfile::tempdir().unwrap();
    let peak = |realizations: usize| {
        let output = directory.path().join(realizations.to_string());
        run("generate", 2, &output, realizations);
        let text = fs::read_to_string(output.join("run.jsonl")).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let of_rank_1 = lines.filter(|line: &Value| line["rank"] == 1);
        of_rank_1
            .filter_map(|line| line["memory"].as_u64())
            .max()
            .unwrap()
    };
    let few = peak(2_000);
    let grown = peak(42_000).saturating_sub(few);
    assert!(grown < 3 << 20, "{grown} bytes");
}
