//! Messages and results on the terminal or in the batch log.

use std::io::Write;

use log::{Level, LevelFilter};

use super::format::count;
use crate::error::printable_lines;
use crate::plan::Plan;

/// Sends messages to standard error: all of rank 0, and warnings and errors of the others.
pub fn start(rank: usize) {
    let level = if rank == 0 {
        LevelFilter::Info
    } else {
        LevelFilter::Warn
    };
    env_logger::Builder::new()
        .filter_level(level)
        .parse_default_env()
        .format(move |out, record| {
            let prefix = match record.level() {
                Level::Error => "error: ",
                Level::Warn => "warning: ",
                _ => "",
            };
            let message = printable_lines(&record.args().to_string());
            if rank == 0 {
                writeln!(out, "{prefix}{message}")
            } else {
                writeln!(out, "rank {rank}: {prefix}{message}")
            }
        })
        .init();
}

/// Prints a result on standard output. A closed pipe, as behind `head`, is no error.
pub fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{}", printable_lines(text));
}

/// Warns when the ranks of this node would compete for its cores.
pub fn warn_about_threads(plan: &Plan, ranks_on_node: usize) {
    let threads = plan.deck().run.threads;
    let cores = plan.machine.cores;
    if ranks_on_node * threads > cores {
        log::warn!(
            "{} with {} each share the {} of {}; {} in all would be faster",
            count(ranks_on_node, "rank"),
            count(threads, "thread"),
            count(cores, "core"),
            plan.machine.host,
            count(cores, "thread"),
        );
    }
    // A launcher binds ranks to cores, and the threads of a rank then share its cores.
    let bound = std::thread::available_parallelism().map_or(threads, usize::from);
    if bound < threads {
        log::warn!(
            "a rank is bound to {}, which its {} share; let the launcher bind it to as many cores: \
             `mpirun --map-by slot:PE={threads} --bind-to core` or `srun --cpus-per-task={threads}`",
            count(bound, "core"),
            count(threads, "thread"),
        );
    }
}
