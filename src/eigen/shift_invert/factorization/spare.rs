//! Workspace that tasks lend to each other.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Workspaces that no task uses. There are never more of them than tasks that ran at the same time.
pub struct Spare<W>(Mutex<Vec<W>>);

impl<W> Default for Spare<W> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<W: Default> Spare<W> {
    /// A workspace, which holds what an earlier task left there.
    pub fn take(&self) -> W {
        self.lock().pop().unwrap_or_default()
    }

    /// Gives a workspace back.
    pub fn give(&self, work: W) {
        self.lock().push(work);
    }

    /// Runs a task with a workspace.
    pub fn lend<R>(&self, task: impl FnOnce(&mut W) -> R) -> R {
        let mut work = self.take();
        let result = task(&mut work);
        self.give(work);
        result
    }

    fn lock(&self) -> MutexGuard<'_, Vec<W>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
