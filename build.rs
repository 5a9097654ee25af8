//! Records the commit for the provenance of every file, says what this version of HDF5 can do, and
//! lets a program with libtorch find it.

use std::env::var_os;
use std::fs;
use std::path::Path;
use std::process::Command;

fn main() {
    // In a linked work tree .git is a file, and these lie elsewhere.
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", name]) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    println!("cargo::rustc-env=MBLSCALE_COMMIT={}", commit());

    println!("cargo::rustc-check-cfg=cfg(checksummed_index, optional_file_locks, reclaims_types)");
    let has = |version: &str| var_os(format!("DEP_HDF5_VERSION_{version}")).is_some();
    if has("1_10_2") {
        println!("cargo::rustc-cfg=checksummed_index");
    }
    if has("1_12_0") {
        println!("cargo::rustc-cfg=reclaims_types");
    }
    // HDF5 1.10.7 and 1.12.1 brought the call for it.
    if has("1_10_7") && !has("1_12_0") || has("1_12_1") {
        println!("cargo::rustc-cfg=optional_file_locks");
    }

    println!("cargo::rerun-if-env-changed=LIBTORCH");
    if let (Some(libtorch), Some(_)) = (var_os("LIBTORCH"), var_os("CARGO_FEATURE_TORCH")) {
        let libraries = Path::new(&libtorch).join("lib");
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", libraries.display());
    }
}

/// The commit that is built, marked when the work tree differs from it.
fn commit() -> String {
    if let Some(commit) = packaged_commit() {
        return commit;
    }
    match git(&["rev-parse", "--short=12", "HEAD"]) {
        Some(head) => match git(&["status", "--porcelain", "--untracked-files=no"]) {
            Some(changes) if changes.is_empty() => head,
            _ => format!("{head}+changes"),
        },
        None => "unknown".to_owned(),
    }
}

/// The commit that a package was made of. Cargo notes it in the package, which is no work tree.
fn packaged_commit() -> Option<String> {
    let notes = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, hash) = notes.split_once("\"sha1\": \"")?;
    Some(hash.chars().take(12).collect())
}

/// What git answers, if it can.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let answer = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(answer)
}
