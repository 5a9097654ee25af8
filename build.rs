//! Records the commit for the provenance of every file, and lets the binary find libtorch at run
//! time without LD_LIBRARY_PATH.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=.git/HEAD");
    println!("cargo::rerun-if-changed=.git/logs/HEAD");
    println!("cargo::rustc-env=MBLSCALE_COMMIT={}", commit());

    if std::env::var_os("CARGO_FEATURE_LEARN").is_some() {
        println!("cargo::rerun-if-env-changed=LIBTORCH");
        if let Some(libtorch) = std::env::var_os("LIBTORCH") {
            let libraries = Path::new(&libtorch).join("lib");
            println!("cargo::rustc-link-arg=-Wl,-rpath,{}", libraries.display());
        }
        // The operators of libtorch register themselves: keep the library although little of it
        // is named.
        println!("cargo::rustc-link-arg=-Wl,--no-as-needed");
        println!("cargo::rustc-link-arg=-ltorch_cpu");
    }
}

/// The commit that is built, marked when the work tree differs from it.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        Command::new("git")
            .args(arguments)
            .output()
            .ok()
            .filter(|output| output.status.success())
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    match git(&["rev-parse", "--short=12", "HEAD"]) {
        Some(head) => match git(&["status", "--porcelain", "--untracked-files=no"]) {
            Some(changes) if changes.is_empty() => head,
            _ => format!("{head}+changes"),
        },
        None => "unknown".to_owned(),
    }
}
