//! Steps that threads take in one order, and what they wait for.
//!
//! A solve has some hundred steps of a few microseconds. To hand each to a thread and to collect it
//! again would take as long. The threads stay together for a whole solve instead. Each takes the next
//! step that nobody has taken, and waits for earlier ones where it needs what they made. A step
//! waits for earlier ones only, so that any number of threads comes to the end.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::threads::threads;

/// How often a thread looks before it lets others use its core.
const LOOKS: usize = 200;

/// How much of something is done.
#[derive(Default)]
pub struct Progress(AtomicUsize);

impl Progress {
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

/// Takes steps in their order until there are no more. Every thread of a solve calls this.
pub fn take_steps<S>(taken: &AtomicUsize, steps: &[S], take: impl Fn(&S)) {
    while let Some(step) = steps.get(taken.fetch_add(1, Ordering::Relaxed)) {
        take(step);
    }
}

/// Runs `work` on all threads at the same time, but at most on so many.
pub fn on_threads(most: usize, work: impl Fn() + Sync) {
    let (count, work) = (threads().min(most), &work);
    if count <= 1 {
        return work();
    }
    rayon::in_place_scope(|scope| {
        for _ in 1..count {
            scope.spawn(move |_| work());
        }
        work();
    });
}
