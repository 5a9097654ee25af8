//! Whether messages end on a terminal, directly or through mpirun.

use std::fs::{self, File};
use std::io::{IsTerminal, stderr};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::parent_id;

use console::Term;
use indicatif::ProgressDrawTarget;

/// Programs that start ranks and relay their output.
const LAUNCHERS: [&str; 4] = ["mpirun", "mpiexec", "orterun", "prterun"];

/// Where a progress bar can be drawn; none without a terminal.
pub fn draw_target() -> Option<ProgressDrawTarget> {
    if stderr().is_terminal() {
        Some(ProgressDrawTarget::stderr())
    } else if relayed_to_a_terminal() {
        // The library sees a pipe here, to which it would not draw.
        Some(ProgressDrawTarget::term_like(Box::new(Term::stderr())))
    } else {
        None
    }
}

/// Whether a launcher relays this process's output from a pipe to its own terminal. Without an answer
/// of the system there is no terminal.
fn relayed_to_a_terminal() -> bool {
    let own = fs::metadata("/proc/self/fd/2");
    let parent = format!("/proc/{}", parent_id());
    let name = fs::read_to_string(format!("{parent}/comm")).unwrap_or_default();
    own.is_ok_and(|it| it.file_type().is_fifo())
        && LAUNCHERS.contains(&name.trim())
        && File::open(format!("{parent}/fd/2")).is_ok_and(|it| it.is_terminal())
}
