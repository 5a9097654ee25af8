//! Whether this rank waits for others, and since when.
//!
//! MPI has no time limit: where a node has vanished, a call that needs it never returns.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

static SINCE: Mutex<Option<Instant>> = Mutex::new(None);

/// A call that needs other ranks, until this is dropped.
#[cfg(feature = "mpi")]
pub struct Waiting(());

#[cfg(feature = "mpi")]
impl Waiting {
    /// Begins the call.
    pub fn begin() -> Self {
        set(Some(Instant::now()));
        Self(())
    }
}

#[cfg(feature = "mpi")]
impl Drop for Waiting {
    fn drop(&mut self) {
        set(None);
    }
}

/// How long this rank has been waiting for others; none while it works.
pub fn waiting() -> Option<Duration> {
    let since = *SINCE.lock().unwrap_or_else(PoisonError::into_inner);
    since.map(|since| since.elapsed())
}

#[cfg(feature = "mpi")]
fn set(since: Option<Instant>) {
    *SINCE.lock().unwrap_or_else(PoisonError::into_inner) = since;
}
