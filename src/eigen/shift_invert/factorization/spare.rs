//! Workspace that tasks lend to each other.

use std::sync::{Mutex, PoisonError};

/// Workspaces that no task uses. There are never more of them than tasks that ran at the same time.
pub struct Spare<W>(Mutex<Vec<W>>);

impl<W> Default for Spare<W> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<W: Default> Spare<W> {
    /// Runs a task with a workspace, which holds what an earlier task left there.
    pub fn lend<R>(&self, task: impl FnOnce(&mut W) -> R) -> R {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Its own statement, so that the lock is free while the task runs.
        let spare = lock().pop();
        let mut work = spare.unwrap_or_default();
        let result = task(&mut work);
        lock().push(work);
        result
    }
}
