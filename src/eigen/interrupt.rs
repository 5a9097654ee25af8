//! Ending a computation before it is complete.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{ThreadId, current};

use super::failure::Failure;

/// Whether to end a computation now. Long computations call it often, so it must be cheap.
pub type Interrupt<'a> = &'a dyn Fn() -> bool;

/// The interrupt that never comes.
pub fn uninterrupted() -> bool {
    false
}

/// Ends a computation when the interrupt has come.
///
/// # Errors
/// [`Failure::Interrupted`] when it has.
pub fn check_interrupt(interrupt: Interrupt<'_>) -> Result<(), Failure> {
    if interrupt() {
        Err(Failure::Interrupted)
    } else {
        Ok(())
    }
}

/// An interrupt that several threads check. The thread that made this calls the interrupt, and the
/// others see what it found.
pub struct SharedInterrupt<'a> {
    interrupt: Interrupt<'a>,
    owner: ThreadId,
    came: AtomicBool,
}

// SAFETY: the interrupt is the only field that threads may not share. `check` calls it on the thread
// that made this and on no other.
unsafe impl Sync for SharedInterrupt<'_> {}

impl<'a> SharedInterrupt<'a> {
    /// Shares an interrupt of this thread.
    pub fn new(interrupt: Interrupt<'a>) -> Self {
        Self {
            interrupt,
            owner: current().id(),
            came: AtomicBool::new(false),
        }
    }

    /// Ends a computation when the interrupt has come.
    ///
    /// # Errors
    /// [`Failure::Interrupted`] when it has.
    pub fn check(&self) -> Result<(), Failure> {
        if !self.came.load(Ordering::Relaxed) && current().id() == self.owner && (self.interrupt)()
        {
            self.came.store(true, Ordering::Relaxed);
        }
        if self.came.load(Ordering::Relaxed) {
            Err(Failure::Interrupted)
        } else {
            Ok(())
        }
    }
}
