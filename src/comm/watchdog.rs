//! Ends a rank that cannot end by itself.
//!
//! A call of MPI that needs a vanished node never returns, and long work may overrun its prediction.
//! A thread therefore watches the time limit. After a signal it ends a rank that only waits.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::panic::activity;
use super::waiting::waiting;
use crate::error::exit_code::{ERROR, UNFINISHED};
use crate::stop::{Stop, Task};

/// How often it looks.
const INTERVAL: Duration = Duration::from_millis(100);

/// After a signal a rank waits no longer than this for others that end their work.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the last results may take to the disk. A file server may have vanished too.
const STORING: Duration = Duration::from_secs(5);

/// Rank 0 reports and ends first. Its launcher then kills the others, which have stored their results
/// by then. The others end by themselves if rank 0 has vanished.
const DELAYS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// Work that took this fraction of the whole time limit would do so again.
const NEARLY_ALL: f64 = 0.9;

/// Watches this rank until the end of the process.
pub fn watch(stop: &Stop, rank: usize) {
    let stop = stop.clone();
    std::thread::spawn(move || {
        let started = Instant::now();
        let mut signalled: Option<Instant> = None;
        loop {
            std::thread::sleep(INTERVAL);
            if stop.is_late() {
                end(&stop, rank, "the time limit has passed", started.elapsed());
            }
            if stop.signalled() {
                let since = *signalled.get_or_insert_with(Instant::now);
                if waiting().is_some_and(|waited| waited.min(since.elapsed()) > PATIENCE) {
                    end(&stop, rank, "a signal came", started.elapsed());
                }
            }
        }
    });
}

/// Stores the last results, says why, and ends the process.
fn end(stop: &Stop, rank: usize, cause: &'static str, elapsed: Duration) -> ! {
    let (code, reason) = reason(stop, cause, elapsed);
    within(STORING, stop.take_store());
    std::thread::sleep(DELAYS[rank.min(1)]);
    // The log may be a pipe that nobody reads any more.
    within(STORING, Some(Box::new(move || log::warn!("{reason}"))));
    within(STORING, stop.take_release());
    // MPI cannot be ended in order, and its handlers at exit may wait too.
    signal_hook::low_level::exit(i32::from(code))
}

fn reason(stop: &Stop, cause: &str, elapsed: Duration) -> (u8, String) {
    if let Some((what, lasted)) = stop.indivisible()
        && lasted.as_secs_f64() > NEARLY_ALL * elapsed.as_secs_f64()
    {
        let reason = format!("{cause} during {what}, which is begun anew by every run");
        return (ERROR, format!("{reason}; give the run more time"));
    }
    let state = match (waiting(), activity()) {
        (Some(waited), _) => {
            let seconds = waited.as_secs();
            format!("this rank has been waiting for other ranks for {seconds} s")
        }
        (None, Some(what)) => format!("this rank is still at {what}"),
        (None, None) => "this rank is still at work".to_owned(),
    };
    let remedy = "it ends now; results in files are kept; run the same command again to continue";
    (UNFINISHED, format!("{cause} and {state}; {remedy}"))
}

/// Lets a task run, but waits no longer than this.
fn within(time: Duration, task: Option<Task>) {
    let Some(task) = task else { return };
    let (done, end) = mpsc::channel();
    std::thread::spawn(move || {
        task();
        let _ = done.send(());
    });
    let _ = end.recv_timeout(time);
}
