//! The program as users start it, for the tests that do.

#![allow(dead_code, reason = "each test file uses its part")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Once;

use mblscale::store::{FileType, Table, read};
use serde_json::Value;

/// Open MPI without its components for one-sided communication; another MPI does not read it.
pub const WITHOUT_WINDOWS: (&str, &str) =
    ("OMPI_MCA_osc", "^sm,rdma,ucx,pt2pt,portals4,monitoring");

/// The path of a deck of this repository.
pub fn deck(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A cache of the machine's calibration for each test: no test changes the choices of another, and
/// none knows the user's.
pub fn cache() -> PathBuf {
    thread_local! { static CACHE: PathBuf = calibrated(); }
    CACHE.with(PathBuf::clone)
}

/// A new cache for the test of this thread. All begin with one measurement, which takes seconds of every rank.
fn calibrated() -> PathBuf {
    let caches = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let shared = caches.join("measured");
    static MEASURED: Once = Once::new();
    MEASURED.call_once(|| {
        let mut check = Command::new(env!("CARGO_BIN_EXE_mblscale"));
        check.args(["check", &deck("tests/decks/good/minimal.toml")]);
        ended(&check.env("XDG_CACHE_HOME", &shared).output().unwrap(), 0);
    });
    let thread = std::thread::current();
    let test = thread.name().expect("tests run in threads of their names");
    let own = caches.join(test);
    let _ = fs::remove_dir_all(&own);
    copy(&shared, &own);
    own
}

/// Copies a directory with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// The program on `ranks` ranks, or without mpirun for 0, ready to be started.
pub fn command(ranks: usize, arguments: &[&str]) -> Command {
    let program = env!("CARGO_BIN_EXE_mblscale");
    let mut command = match ranks {
        0 => Command::new(program),
        _ => mpirun(ranks, program),
    };
    command.args(arguments);
    with_environment(&mut command);
    command
}

/// Any program on `ranks` ranks, ready to be started. `MPIRUN` names the mpirun of this program's MPI, if it
/// is another than `mpirun`.
pub fn mpirun(ranks: usize, program: impl AsRef<OsStr>) -> Command {
    let mpirun = std::env::var_os("MPIRUN").unwrap_or("mpirun".into());
    let mut command = Command::new(mpirun);
    command.args(["-n", &ranks.to_string()]).arg(program);
    with_environment(&mut command);
    command
}

/// What every start of the program needs here.
pub fn with_environment(command: &mut Command) {
    command
        .env("XDG_CACHE_HOME", cache())
        // A container's root, and fewer cores than ranks.
        .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
        .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
        .env("OMPI_MCA_rmaps_base_oversubscribe", "1");
}

/// Runs the program on `ranks` ranks, or without mpirun for 0.
pub fn mblscale(ranks: usize, arguments: &[&str]) -> Output {
    command(ranks, arguments)
        .output()
        .expect("mpirun can be started")
}

#[track_caller]
pub fn succeed(ranks: usize, arguments: &[&str]) -> Output {
    let output = mblscale(ranks, arguments);
    ended(&output, 0);
    output
}

/// Runs a command that must succeed; what it said on standard error.
#[track_caller]
pub fn finish(mut command: Command) -> String {
    ended(&command.output().expect("mpirun can be started"), 0)
}

/// What a run said on standard error, which must have ended with this exit code.
#[track_caller]
pub fn ended(output: &Output, code: i32) -> String {
    let said = message(output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

/// What `mblscale info` says of a file or a directory.
#[track_caller]
pub fn info(path: &Path) -> String {
    let path = path.to_str().expect("tests use plain names");
    standard_output(&succeed(0, &["info", path]))
}

pub fn set_output(directory: &Path) -> String {
    format!("--set=output={}", directory.display())
}

/// The numbers of a file as bytes, so that NaN equals NaN and nothing is rounded.
pub fn bits(path: &Path, file_type: FileType) -> Vec<u8> {
    let tables = read(path, file_type).unwrap().tables;
    assert!(!tables.is_empty());
    postcard::to_stdvec(&tables).unwrap()
}

/// Where a result comes from: the names that every file has.
pub const PROVENANCE: [&str; 10] = [
    "version",
    "commit",
    "command",
    "host",
    "ranks",
    "started",
    "finished",
    "deck",
    "deck_overrides",
    "deck_resolved",
];

/// A JSON result without its provenance, which contains times.
pub fn results(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    let mut found: Value = serde_json::from_str(&text).unwrap();
    for name in PROVENANCE {
        let known = found.as_object_mut().unwrap().remove(name);
        assert!(known.is_some(), "{} has no {name}", path.display());
    }
    found
}

/// The numbers of an output directory's data as bytes.
pub fn data_bits(output: &Path) -> Vec<u8> {
    bits(&output.join("data.h5"), FileType::Data)
}

pub fn data(directory: &Path) -> Vec<Table> {
    read(&directory.join("data.h5"), FileType::Data)
        .unwrap()
        .tables
}

/// What a run said on standard error.
pub fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn standard_output(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
