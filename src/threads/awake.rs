//! Threads that stay awake while a realization is solved.
//!
//! A thread without work falls asleep within microseconds, and to wake it takes as long as a step of a
//! search. The other threads therefore look for work until the realization is solved. They give their
//! cores to others who want them.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::{Yield, current_num_threads, current_thread_index, in_place_scope, yield_now};

use super::done::Done;
use super::pool::threads;

/// How often a thread looks for work before it lets others use its core.
const LOOKS: usize = 1000;

/// Pauses between two looks. Each of them reads what the thread with work is about to write.
const PAUSES: usize = 20;

/// Does `work`, whose parts the other threads wait for.
pub fn awake<R>(work: impl FnOnce() -> R) -> R {
    if threads() == 1 {
        return work();
    }
    // A thread of another pool, as tests have it, does not count among those of this one.
    let Some(own) = current_thread_index() else {
        return work();
    };
    let (there, ended) = (Done::default(), AtomicBool::new(false));
    in_place_scope(|scope| {
        scope.spawn_broadcast(|_, thread| {
            // This thread gets here when it waits for a part of its work, or at the end.
            if thread.index() != own {
                there.advance();
                look_for_work(&ended);
            }
        });
        // One that began with a part of the work could get here inside of it, and would not end it.
        there.wait_for(current_num_threads() - 1);
        let _end = End(&ended);
        work()
    })
}

/// Ends the wait of the others, also when the work panics.
struct End<'e>(&'e AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

fn look_for_work(ended: &AtomicBool) {
    let mut looks = 0;
    while !ended.load(Ordering::Acquire) {
        if yield_now() == Some(Yield::Executed) {
            looks = 0;
        } else if looks < LOOKS {
            looks += 1;
            (0..PAUSES).for_each(|_| spin_loop());
        } else {
            std::thread::yield_now();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use rayon::ThreadPoolBuilder;

    use super::super::pool::map;
    use super::*;

    /// Also work that fails ends the wait of the other threads.
    #[test]
    fn work_is_done_and_all_threads_come_back() {
        let pool = ThreadPoolBuilder::new().num_threads(3).use_current_thread();
        let _pool = pool.build().expect("a pool of this thread");
        let squares = |count: usize| map((0..count).collect(), |k: usize| k * k);
        let expected: Vec<usize> = (0..200).map(|k| k * k).collect();
        for _ in 0..20 {
            assert_eq!(awake(|| squares(200)), expected);
            assert_eq!(awake(|| awake(|| squares(200))), expected);
            let work = AssertUnwindSafe(|| awake(|| panic!("as a test")));
            assert!(catch_unwind(work).is_err());
        }
    }
}
