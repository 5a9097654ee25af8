//! When to stop: signals, and the end of the time that a run has.
//!
//! Both are asked for, never acted upon in the middle of something: whoever works in long steps
//! asks between them, and leaves what it has in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::flag;

use crate::error::{Error, Result};

/// The exit code of a run that a second SIGINT ends at once, as shells have it.
const ABORTED: i32 = 130;

/// Time kept for storing what is done: a fiftieth of what there is, but not more than this.
const MOST_KEPT: f64 = 60.0;

/// The wish to stop, and the time that is left.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    signalled: Arc<AtomicBool>,
    /// Nobody asks any more: signals do what they do without us.
    unheard: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Stop {
    /// Listens for SIGTERM, SIGUSR1 and SIGINT from now on. Each asks this process to stop in order;
    /// after the first SIGINT a second one ends it at once.
    ///
    /// # Errors
    /// When the system refuses to hand over a signal.
    pub fn listen() -> Result<Self> {
        let stop = Self::default();
        let refuse = |error| Error::Refused(format!("cannot listen for signals: {error}"));
        let interrupted = Arc::new(AtomicBool::new(false));
        let second = Arc::clone(&interrupted);
        // In this order: the first SIGINT sets what the second one finds.
        flag::register_conditional_shutdown(SIGINT, ABORTED, second).map_err(refuse)?;
        flag::register(SIGINT, interrupted).map_err(refuse)?;
        for signal in [SIGINT, SIGTERM, SIGUSR1] {
            let unheard = Arc::clone(&stop.unheard);
            flag::register_conditional_default(signal, unheard).map_err(refuse)?;
            flag::register(signal, Arc::clone(&stop.signalled)).map_err(refuse)?;
        }
        Ok(stop)
    }

    /// The same with `seconds` left, counted from now; without an end where there are none.
    pub fn within(self, seconds: Option<f64>) -> Self {
        let deadline = seconds.map(|left| {
            let kept = (left / 50.0).min(MOST_KEPT);
            Instant::now() + Duration::from_secs_f64((left - kept).max(0.0))
        });
        Self { deadline, ..self }
    }

    /// Lets signals end the process at once from now on: for stages that do not ask, and that leave
    /// nothing behind before their end.
    pub fn unheard(&self) {
        self.unheard.store(true, Ordering::Relaxed);
    }

    /// Whether a signal has asked this process to stop.
    pub fn asked(&self) -> bool {
        self.signalled.load(Ordering::Relaxed)
    }

    /// Whether a step of so many seconds would end in time.
    pub fn leaves(&self, seconds: f64) -> bool {
        self.left().is_none_or(|left| seconds <= left)
    }

    /// Seconds until work must end; none without a limit.
    pub fn left(&self) -> Option<f64> {
        let deadline = self.deadline?;
        Some(
            deadline
                .saturating_duration_since(Instant::now())
                .as_secs_f64(),
        )
    }
}

/// Seconds until the end of the job: the nearest of a limit counted from the program's start, and
/// the end that Slurm has set for the job; none where there is neither.
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
        assert!(stop.leaves(1e9) && !stop.asked());
        assert_eq!(stop.left(), None);
    }

    #[test]
    fn a_limit_keeps_some_time_for_the_end() {
        for (limit, kept) in [(100.0, 2.0), (36_000.0, 60.0)] {
            let stop = Stop::default().within(Some(limit));
            assert!(stop.leaves(limit - kept - 1.0) && !stop.leaves(limit - kept));
        }
        let over = Stop::default().within(Some(-5.0));
        assert!(!over.leaves(0.1));
        assert_eq!(over.left(), Some(0.0));
    }

    #[test]
    fn a_signal_is_a_wish() {
        let stop = Stop::listen().unwrap();
        let same = stop.clone().within(Some(10.0));
        assert!(!same.asked());
        signal_hook::low_level::raise(SIGUSR1).unwrap();
        assert!(stop.asked() && same.asked());
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
