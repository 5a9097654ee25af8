//! Campaigns over three nodes, which are network namespaces of this machine. Their ranks speak TCP, with
//! MPI as it is installed.

#![cfg(feature = "mpi")]

mod program;
#[path = "program/running.rs"]
mod running;

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use program::{command, data_bits, deck, finish, set_output, with_environment};
use running::Running;

/// A machine for three.sh alone: names, network, processes.
const SEPARATE: [&str; 8] = [
    "--map-root-user",
    "--net",
    "--mount",
    "--uts",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
];

fn script(name: &str) -> String {
    deck(&format!("tests/nodes/{name}"))
}

/// A command on the first of three nodes; none, with a printed reason, where this system permits no
/// namespaces.
fn on_three_nodes() -> Option<Command> {
    let of = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(SEPARATE).arg(script("three.sh")).arg(program);
        command
    };
    let reason = match of("true").output() {
        Ok(output) if output.status.success() => return Some(of("env")),
        Ok(output) => program::message(&output),
        Err(error) => error.to_string(),
    };
    println!(
        "skipped, because no namespaces can be made here: {}",
        reason.trim()
    );
    None
}

/// Open MPI's mpirun with one rank on each of the first nodes. These share the cores of this machine, and
/// each would bind its rank to the first one.
fn by_openmpi(mut nodes: Command, ranks: usize) -> Command {
    with_environment(&mut nodes);
    let hosts: Vec<String> = (0..ranks).map(|rank| format!("node{rank}:1")).collect();
    nodes
        .env("OMPI_MCA_plm_rsh_agent", script("on.sh"))
        .args(["mpirun", "--bind-to", "none"])
        .args(["--host", &hosts.join(","), "-n"])
        .arg(ranks.to_string())
        .arg(env!("CARGO_BIN_EXE_mblscale"));
    nodes
}

fn campaign(output: &Path, more: &[&str]) -> Vec<String> {
    let minimal = deck("tests/decks/good/minimal.toml");
    let own = ["generate", &minimal, &set_output(output)].map(str::to_owned);
    own.into_iter()
        .chain(more.iter().map(|it| (*it).to_owned()))
        .collect()
}

fn alone(output: &Path, more: &[&str]) -> Vec<u8> {
    let arguments = campaign(output, more);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    finish(command(0, &arguments));
    data_bits(output)
}

/// The solver is named, because another build may measure another speed and choose another.
const TASKS: [&str; 3] = [
    "--set=chain.sizes=[8, 10]",
    "--set=spectrum.solver=\"shift-invert\"",
    "--set=disorder.realizations={ train = 40, test = 20 }",
];

/// No component of MPI is chosen by hand. Debian's Open MPI has no one-sided one across nodes.
#[test]
fn nodes_give_the_bits_of_one_process() {
    let Some(nodes) = on_three_nodes() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("nodes");
    let mut run = by_openmpi(nodes, 3);
    run.args(campaign(&output, &TASKS));
    finish(run);
    let expected = alone(&directory.path().join("alone"), &TASKS);
    assert!(data_bits(&output) == expected);
}

/// The ranks of a group are on different nodes.
#[test]
fn a_group_over_nodes_gives_the_bits_of_one_process() {
    const GROUP: [&str; 3] = [
        "--set=chain.sizes=[14]",
        "--set=spectrum.solver=\"filter\"",
        "--set=disorder.realizations={ test = 1 }",
    ];
    let Some(nodes) = on_three_nodes() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("nodes");
    let mut run = by_openmpi(nodes, 2);
    run.args(campaign(&output, &GROUP));
    run.arg("--set=run.ranks_per_realization=2");
    finish(run);
    let expected = alone(&directory.path().join("alone"), &GROUP);
    assert!(data_bits(&output) == expected);
}

/// MBLSCALE_MPICH_BINARY is the program, built with `MPICC=mpicc.mpich` in another directory.
#[test]
fn mpich_gives_the_same_bits() {
    let Some(binary) = std::env::var_os("MBLSCALE_MPICH_BINARY") else {
        println!("skipped, because MBLSCALE_MPICH_BINARY names no program built with MPICH");
        return;
    };
    let Some(mut run) = on_three_nodes() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("nodes");
    with_environment(&mut run);
    run.args(["mpiexec.hydra", "-launcher", "ssh", "-launcher-exec"])
        .arg(script("on.sh"))
        .args(["-hosts", "node0,node1,node2", "-ppn", "1", "-n", "3"])
        .arg(binary)
        .args(campaign(&output, &TASKS));
    finish(run);
    let expected = alone(&directory.path().join("alone"), &TASKS);
    assert!(data_bits(&output) == expected);
}

/// How many processes of the program write to this output.
fn ranks(output: &Path) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().map_while(Result::ok);
    let command = |path: &Path| std::fs::read(path.join("cmdline")).unwrap_or_default();
    let of_run = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        let program = line.split('\0').next().unwrap_or_default();
        program == env!("CARGO_BIN_EXE_mblscale") && line.contains(output.to_str().unwrap())
    };
    processes.filter(|it| of_run(&command(&it.path()))).count()
}

/// A node that vanishes keeps no rank waiting beyond the time limit. The next run merges what all of
/// them have stored.
#[test]
fn a_vanished_node_does_not_outlast_the_time_limit() {
    const LIMIT: Duration = Duration::from_secs(20);
    // Five seconds more are for storing, and some for the start and end of a busy machine's ranks.
    const LATEST: Duration = Duration::from_secs(90);
    let many = [
        TASKS[0],
        "--set=disorder.realizations={ train = 60, test = 20 }",
        "--set=spectrum.energy_densities={ from = 0.05, to = 0.95, step = 0.05 }",
        "--set=run.checkpoint=\"20ms\"",
    ];
    let Some(mut nodes) = on_three_nodes() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    // First, so that the speed of the machine is known within the time limit.
    let expected = alone(&directory.path().join("alone"), &many);
    let (output, cut) = (directory.path().join("nodes"), directory.path().join("cut"));
    nodes.env("CUT", &cut);
    let mut run = by_openmpi(nodes, 3);
    run.args(campaign(&output, &many));
    run.arg(format!("--time-limit={}s", LIMIT.as_secs()));
    let started = Instant::now();
    let mut run = Running::start(run, &output);
    let journal = output.join("journals/rank-00002.records");
    let length = || std::fs::metadata(&journal).map_or(0, |file| file.len());
    assert!(run.until(|| length() > 1000));
    File::create(&cut).unwrap();
    assert!(ranks(&output) > 0);
    run.until(|| ranks(&output) == 0 || started.elapsed() > LATEST);
    assert_eq!(ranks(&output), 0);
    // Open MPI's mpirun waits some minutes longer for its own process on the third node.
    run.signal("KILL");
    let (_, said) = run.end();
    assert!(said.contains("waiting for other ranks"), "{said}");
    assert!(length() > 1000, "the results wait for the next run");

    let arguments = campaign(&output, &many);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let said = finish(command(2, &arguments));
    assert!(said.contains("are there already"), "{said}");
    assert!(!said.contains("has not released its lock"), "{said}");
    assert!(data_bits(&output) == expected);
}
