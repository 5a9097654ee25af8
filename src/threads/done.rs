//! Counts of what is done, which threads wait for.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often a thread looks before it lets others use its core, which may have several threads.
const LOOKS: usize = 1000;

/// How much of something is done.
#[derive(Default)]
pub struct Done(AtomicUsize);

impl Done {
    /// One more is done.
    pub fn advance(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    /// Waits until so many are done, and returns how many are. What was written before that can be
    /// read after.
    pub fn wait_for(&self, count: usize) -> usize {
        let mut looks = 0;
        loop {
            let done = self.0.load(Ordering::Acquire);
            if done >= count {
                return done;
            }
            looks += 1;
            if looks < LOOKS {
                spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
    }
}
