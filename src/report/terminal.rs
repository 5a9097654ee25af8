//! Whether people watch: what this process says may end on a terminal, also by way of mpirun.

use std::fs::{self, File};
use std::io::{IsTerminal, stderr};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::parent_id;

use console::Term;
use indicatif::ProgressDrawTarget;

/// Programs that start ranks and relay what they say.
const LAUNCHERS: [&str; 4] = ["mpirun", "mpiexec", "orterun", "prterun"];

/// Where a progress bar can be drawn; none where nobody watches.
pub fn draw_target() -> Option<ProgressDrawTarget> {
    if stderr().is_terminal() {
        Some(ProgressDrawTarget::stderr())
    } else if relayed_to_a_terminal() {
        // To the library our end is a pipe, which it would not draw to.
        Some(ProgressDrawTarget::term_like(Box::new(Term::stderr())))
    } else {
        None
    }
}

/// Whether a launcher relays our words from a pipe to its own terminal. Where the system does not
/// say, nobody watches.
fn relayed_to_a_terminal() -> bool {
    let ours = fs::metadata("/proc/self/fd/2");
    let parent = format!("/proc/{}", parent_id());
    let name = fs::read_to_string(format!("{parent}/comm")).unwrap_or_default();
    ours.is_ok_and(|it| it.file_type().is_fifo())
        && LAUNCHERS.contains(&name.trim())
        && File::open(format!("{parent}/fd/2")).is_ok_and(|it| it.is_terminal())
}
