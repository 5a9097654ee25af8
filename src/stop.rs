//! When to stop: signals, and the end of the time that a run has.
//!
//! A signal only sets a flag. Long computations read it between two steps, so that they leave their
//! results in order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

/// Seconds that a late rank takes to end.
const LATE: f64 = 2.0;

/// Seconds between the end of work and the end of the process, at least. A short limit reserves less,
/// and a run that is a little late should still store its results.
const LEAST_GRACE: f64 = 5.0;

/// Whether a signal came, and the time that is left.
#[derive(Clone, Default)]
pub struct Stop {
    signalled: Arc<AtomicBool>,
    /// Whether signals end the process at once.
    fatal: Arc<AtomicBool>,
    /// When work must end.
    deadline: Option<Instant>,
    late: Arc<Mutex<Late>>,
}

/// What becomes of a rank that has not ended by itself.
#[derive(Default)]
struct Late {
    /// When the process must end.
    end: Option<Instant>,
    /// Stores what is still in memory.
    store: Option<Task>,
    /// Lets the next run begin.
    release: Option<Task>,
    /// Work that another run would begin anew, and since when it lasts.
    indivisible: Option<(&'static str, Instant)>,
}

/// What a late process does before it ends.
pub type Task = Box<dyn FnOnce() + Send>;

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
        let now = Instant::now();
        let deadline = seconds.and_then(|left| after(now, left - reserved(left)));
        let grace = |left: f64| (left - LATE).max(left - reserved(left) + LEAST_GRACE);
        self.late().end = seconds.and_then(|left| after(now, grace(left.max(0.0))));
        Self { deadline, ..self }
    }

    /// Lets the process end at the latest after so many seconds, until [`within`](Self::within) is
    /// called.
    pub fn end_after(&self, seconds: f64) {
        self.late().end = after(Instant::now(), seconds);
    }

    /// Lets signals end the process at once from now on. It is for a stage that does not read the flag
    /// and writes nothing before its end.
    pub fn end_on_signal(&self, stage: &'static str) {
        self.set_indivisible(Some(stage));
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

    /// Whether the process should have ended by now.
    pub fn is_late(&self) -> bool {
        self.late().end.is_some_and(|end| Instant::now() >= end)
    }

    /// Sets how a late process stores what is still in memory.
    pub fn store_when_late(&self, store: Option<Task>) {
        self.late().store = store;
    }

    /// Takes what [`store_when_late`](Self::store_when_late) has set.
    pub fn take_store(&self) -> Option<Task> {
        self.late().store.take()
    }

    /// Sets what a late process does last.
    pub fn release_when_late(&self, release: Task) {
        self.late().release = Some(release);
    }

    /// Takes what [`release_when_late`](Self::release_when_late) has set.
    pub fn take_release(&self) -> Option<Task> {
        self.late().release.take()
    }

    /// Sets what this rank does from now on that another run could not continue, if anything.
    pub fn set_indivisible(&self, what: Option<&'static str>) {
        self.late().indivisible = what.map(|what| (what, Instant::now()));
    }

    /// That work and how long it has lasted.
    pub fn indivisible(&self) -> Option<(&'static str, Duration)> {
        let (what, since) = self.late().indivisible?;
        Some((what, since.elapsed()))
    }

    fn late(&self) -> MutexGuard<'_, Late> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The seconds of a limit that are reserved for storing results.
fn reserved(limit: f64) -> f64 {
    (limit * RESERVED_FRACTION).clamp(0.0, MOST_RESERVED)
}

/// So many seconds after a moment; none where no clock reaches that far.
fn after(moment: Instant, seconds: f64) -> Option<Instant> {
    let duration = Duration::try_from_secs_f64(seconds.max(0.0)).ok()?;
    moment.checked_add(duration)
}

/// Seconds until the end of the job; none without a limit.
///
/// The limit is counted from the program's start. Slurm may have set an earlier end.
pub fn seconds_left(limit: Option<Duration>, started: Instant) -> Option<f64> {
    let own = limit.map(|limit| limit.as_secs_f64() - started.elapsed().as_secs_f64());
    let job = std::env::var(SLURM_END).ok();
    let slurm = job.and_then(|end| {
        let left = until(&end, SystemTime::now());
        if left.is_none() {
            log::warn!("{SLURM_END} = \"{end}\" is not a time, so it sets no limit");
        }
        left
    });
    match (own, slurm) {
        (Some(own), Some(slurm)) => Some(own.min(slurm)),
        (own, slurm) => own.or(slurm),
    }
}

/// When Slurm ends a job, in seconds of Unix time.
const SLURM_END: &str = "SLURM_JOB_END_TIME";

/// Seconds from `now` until `end`, given in seconds of Unix time.
fn until(end: &str, now: SystemTime) -> Option<f64> {
    let end: u64 = end.trim().parse().ok()?;
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(end as f64 - now.as_secs_f64())
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

    /// No clock reaches these ends, and none was ever asked to.
    #[test]
    fn absurd_limits_are_none() {
        for limit in [1e19, 1e300, f64::INFINITY, Duration::MAX.as_secs_f64()] {
            let stop = Stop::default().within(Some(limit));
            assert!(stop.has_time_for(1e9) && !stop.is_late(), "{limit}");
        }
        for limit in [-1e300, f64::NEG_INFINITY, f64::NAN] {
            assert!(!Stop::default().within(Some(limit)).has_time_for(0.1));
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert!(until(&u64::MAX.to_string(), now).unwrap() > 1e19);
        assert_eq!(until("-1", now), None);
        assert_eq!(until("99999999999999999999", now), None);
    }

    #[test]
    fn a_process_is_late_after_its_limit_and_five_seconds_of_work() {
        let end = |limit: f64| {
            let before = Instant::now();
            let stop = Stop::default().within(Some(limit));
            let end = stop.late().end.unwrap();
            (end - before).as_secs_f64()
        };
        for (limit, expected) in [(-5.0, 5.0), (100.0, 103.0), (1000.0, 998.0)] {
            assert!((end(limit) - expected).abs() < 0.1, "{limit}");
        }
        let stop = Stop::default();
        assert!(!stop.is_late());
        stop.end_after(0.0);
        assert!(stop.is_late());
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
