//! The program as users start it, for the tests that do.

#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mblscale::store::{FileType, Table, read};

/// A deck of this repository.
pub fn deck(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A cache of the machine's calibration for each test: no test changes the choices of another, and
/// none knows the user's.
pub fn cache() -> PathBuf {
    let thread = std::thread::current();
    let test = thread.name().expect("tests run in threads of their names");
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(test)
}

/// The program on `ranks` ranks, or without mpirun for 0, ready to be started.
pub fn command(ranks: usize, arguments: &[&str]) -> Command {
    let program = env!("CARGO_BIN_EXE_mblscale");
    let mut command = match ranks {
        0 => Command::new(program),
        _ => {
            let mut command = Command::new("mpirun");
            command.args(["-n", &ranks.to_string(), program]);
            command
        }
    };
    command.args(arguments);
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

pub fn succeed(ranks: usize, arguments: &[&str]) -> Output {
    let output = mblscale(ranks, arguments);
    assert!(
        output.status.success(),
        "{ranks} ranks, {arguments:?}: {}",
        message(&output)
    );
    output
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

pub fn data(directory: &Path) -> Vec<Table> {
    read(&directory.join("data.h5"), FileType::Data)
        .unwrap()
        .tables
}

/// What a run said on standard error.
pub fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
