//! Campaigns where the system refuses calls: a library that is loaded before the others fails them as
//! the environment says. Each ends as it does elsewhere, or with a message and nothing lost.

mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::{command, data_bits, deck, ended, finish, set_output};

/// Calls that fail with the error numbers of the environment. MBL_RENAME is for files that take their
/// final names, and MBL_SHORT is the most bytes that a write to a file takes.
const LIBRARY: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int number(const char *name) {
    const char *text = getenv(name);
    return text ? atoi(text) : 0;
}

#define FAIL(name) if (number(name)) { errno = number(name); return -1; }
#define NEXT(call) __typeof__(&call) next = (__typeof__(&call))dlsym(RTLD_NEXT, #call)

int flock(int file, int operation) {
    FAIL("MBL_FLOCK")
    NEXT(flock);
    return next(file, operation);
}

int fsync(int file) {
    FAIL("MBL_FSYNC")
    NEXT(fsync);
    return next(file);
}

int fdatasync(int file) {
    FAIL("MBL_FDATASYNC")
    NEXT(fdatasync);
    return next(file);
}

int rename(const char *from, const char *to) {
    if (strstr(from, ".part")) FAIL("MBL_RENAME")
    NEXT(rename);
    return next(from, to);
}

ssize_t write(int file, const void *bytes, size_t count) {
    NEXT(write);
    size_t most = number("MBL_SHORT");
    struct stat status;
    int is_file = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    return next(file, bytes, most && is_file && count > most ? most : count);
}
"#;

/// Compiles the library; its path.
fn library(directory: &Path) -> PathBuf {
    let (source, library) = (directory.join("fails.c"), directory.join("fails.so"));
    fs::write(&source, LIBRARY).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&library);
    let compiled = compiler.arg(&source).arg("-ldl").status();
    assert!(compiled.expect("the C compiler can be started").success());
    library
}

fn campaign(output: &Path) -> Command {
    let minimal = deck("tests/decks/good/minimal.toml");
    command(0, &["generate", &minimal, &set_output(output)])
}

/// A campaign whose calls fail as `failures` say.
fn failing(library: &Path, output: &Path, failures: &[(&str, &str)]) -> Command {
    let mut command = campaign(output);
    command.env("LD_PRELOAD", library);
    command.envs(failures.iter().copied());
    command
}

#[test]
fn campaigns_need_no_locks() {
    let directory = tempfile::tempdir().unwrap();
    let library = library(directory.path());
    let undisturbed = directory.path().join("undisturbed");
    assert!(!finish(campaign(&undisturbed)).contains("lock"));
    for number in ["37", "38", "95"] {
        let output = directory.path().join(number);
        let said = finish(failing(&library, &output, &[("MBL_FLOCK", number)]));
        assert_eq!(said.matches("cannot be locked").count(), 1, "{said}");
        // HDF5 itself goes on where the system has no such call.
        let without = said.matches("HDF5 files there are opened without").count();
        assert_eq!(without, usize::from(number != "38"), "{said}");
        assert_eq!(data_bits(&output), data_bits(&undisturbed));
    }

    // What the user says of locks counts.
    let output = directory.path().join("insists");
    let both = [("MBL_FLOCK", "37"), ("HDF5_USE_FILE_LOCKING", "TRUE")];
    let refused = failing(&library, &output, &both).output().unwrap();
    let said = ended(&refused, 1);
    assert!(said.contains("HDF5_USE_FILE_LOCKING"), "{said}");
    let both = [("MBL_FLOCK", "37"), ("HDF5_USE_FILE_LOCKING", "FALSE")];
    let said = finish(failing(&library, &output, &both));
    assert!(!said.contains("HDF5 files"), "{said}");
}

#[test]
fn nothing_is_lost_where_calls_fail() {
    let directory = tempfile::tempdir().unwrap();
    let library = library(directory.path());
    let undisturbed = directory.path().join("undisturbed");
    finish(campaign(&undisturbed));
    for (failure, part) in [
        (("MBL_FSYNC", "5"), "the disk or its server has failed"),
        (
            ("MBL_FDATASYNC", "28"),
            "the disk is full: free space there",
        ),
        (("MBL_RENAME", "13"), "this user may not do that"),
        (("MBL_RENAME", "122"), "your share of the disk is full"),
    ] {
        let output = directory.path().join(failure.0.to_owned() + failure.1);
        let refused = failing(&library, &output, &[failure]).output().unwrap();
        let said = ended(&refused, 1);
        assert!(said.contains(part) && !said.contains("panicked"), "{said}");
        assert!(said.contains("run the same command again"), "{said}");
        finish(campaign(&output));
        assert_eq!(data_bits(&output), data_bits(&undisturbed), "{failure:?}");
    }
    for failure in [("MBL_SHORT", "7"), ("MBL_FSYNC", "22"), ("MBL_FSYNC", "95")] {
        let output = directory.path().join(failure.0.to_owned() + failure.1);
        finish(failing(&library, &output, &[failure]));
        assert_eq!(data_bits(&output), data_bits(&undisturbed), "{failure:?}");
    }
}
