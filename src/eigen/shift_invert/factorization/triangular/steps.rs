//! Steps that threads take in one order, and what they wait for.
//!
//! A solve has some hundred steps of a few microseconds. To hand each to a thread and to collect it
//! again would take as long. The threads stay together for a whole solve instead. Each takes the next
//! step that nobody has taken, and waits for earlier ones where it needs what they made. A step
//! waits for earlier ones only, so that any number of threads comes to the end.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Takes steps in their order until there are no more. Every thread of a solve calls this.
pub fn take_steps<S>(taken: &AtomicUsize, steps: &[S], take: impl Fn(&S)) {
    while let Some(step) = steps.get(taken.fetch_add(1, Ordering::Relaxed)) {
        take(step);
    }
}
