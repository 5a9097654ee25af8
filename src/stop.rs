//! When to stop: signals, and the end of the time that a run has.
//!
//! A signal only sets a flag. Long computations read it between two steps, so that they leave their
//! results in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::flag;

use crate::error::{Error, Result};

/// The exit code of a run that a second SIGINT ends at once, as shells have it.
const ABORTED: i32 = 130;

/// The fraction of the time limit that is reserved for storing results.
const RESERVED_FRACTION: f64 = 0.02;

/// No more seconds than this are reserved.
const MOST_RESERVED: f64 = 60.0;

/// Whether a signal came, and the time that is left.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    signalled: Arc<AtomicBool>,
    /// Whether signals end the process at once.
    fatal: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Stop {
    /// Handles SIGTERM, SIGUSR1 and SIGINT from now on. Each sets the flag; a second SIGINT ends the
    /// process at once.
    ///
    /// # Errors
    /// When the system refuses to install a handler.
    pub fn listen() -> Result<Self> {
        let stop = Self::default();
        let refuse = |error| Error::Refused(format!("cannot handle signals: {error}"));
        let interrupted = Arc::new(AtomicBool::new(false));
        let second = Arc::clone(&interrupted);
        // In this order: the second SIGINT finds what the first one has set.
        flag::register_conditional_shutdown(SIGINT, ABORTED, second).map_err(refuse)?;
        flag::register(SIGINT, interrupted).map_err(refuse)?;
        for signal in [SIGINT, SIGTERM, SIGUSR1] {
            let fatal = Arc::clone(&stop.fatal);
            flag::register_conditional_default(signal, fatal).map_err(refuse)?;
            flag::register(signal, Arc::clone(&stop.signalled)).map_err(refuse)?;
        }
        Ok(stop)
    }

    /// The same with `seconds` left, counted from now; without an end where there are none.
    pub fn within(self, seconds: Option<f64>) -> Self {
        let deadline = seconds.map(|left| {
            let reserved = (left * RESERVED_FRACTION).min(MOST_RESERVED);
            Instant::now() + Duration::from_secs_f64((left - reserved).max(0.0))
        });
        Self { deadline, ..self }
    }

    /// Lets signals end the process at once from now on. It is for stages that do not read the flag
    /// and write nothing before their end.
    pub fn end_on_signal(&self) {
        self.fatal.store(true, Ordering::Relaxed);
    }

    /// Whether a signal came.
    pub fn signalled(&self) -> bool {
        self.signalled.load(Ordering::Relaxed)
    }

    /// Whether a step of so many seconds would end in time.
    pub fn has_time_for(&self, seconds: f64) -> bool {
        self.remaining().is_none_or(|left| seconds <= left)
    }

    /// Seconds until work must end; none without a limit.
    pub fn remaining(&self) -> Option<f64> {
        let deadline = self.deadline?;
        Some(
            deadline
                .saturating_duration_since(Instant::now())
                .as_secs_f64(),
        )
    }
}

/// Seconds until the end of the job; none without a limit.
///
/// The limit is counted from the program's start. Slurm may have set an earlier end.
pub fn seconds_left(limit: Option<Duration>, started: Instant) -> Option<f64> {
    let own = limit.map(|limit| limit.as_secs_f64() - started.elapsed().as_secs_f64());
    let job = std::env::var("SLURM_JOB_END_TIME").ok();
    let slurm = job.and_then(|end| until(&end, SystemTime::now()));
    match (own, slurm) {
        (Some(own), Some(slurm)) => Some(own.min(slurm)),
        (own, slurm) => own.or(slurm),
    }
}

/// Seconds from `now` until `end`, given in seconds of Unix time.
fn until(end: &str, now: SystemTime) -> Option<f64> {
    let end = Duration::from_secs(end.trim().parse().ok()?);
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(end.as_secs_f64() - now.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_limit_there_is_always_time() {
        let stop = Stop::default();
        assert!(stop.has_time_for(1e9) && !stop.signalled());
        assert_eq!(stop.remaining(), None);
    }

    #[test]
    fn a_limit_reserves_time_for_storing() {
        for (limit, reserved) in [(100.0, 2.0), (36_000.0, 60.0)] {
            let stop = Stop::default().within(Some(limit));
            assert!(
                stop.has_time_for(limit - reserved - 1.0) && !stop.has_time_for(limit - reserved)
            );
        }
        let over = Stop::default().within(Some(-5.0));
        assert!(!over.has_time_for(0.1));
        assert_eq!(over.remaining(), Some(0.0));
    }

    #[test]
    fn a_signal_sets_the_flag() {
        let stop = Stop::listen().unwrap();
        let same = stop.clone().within(Some(10.0));
        assert!(!same.signalled());
        signal_hook::low_level::raise(SIGUSR1).unwrap();
        assert!(stop.signalled() && same.signalled());
    }

    #[test]
    fn the_job_may_end_before_the_limit() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert_eq!(until("1000060", now), Some(60.0));
        assert_eq!(until("never", now), None);
        let limit = seconds_left(Some(Duration::from_secs(60)), Instant::now()).unwrap();
        assert!(limit > 59.0 && limit <= 60.0);
    }
}
