//! Threads that take many short steps side by side.
//!
//! A step of a recurrence takes some ten microseconds. To hand it out to threads and to collect them
//! again would take as long, so a team stays together until the last step.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::{Mutex, TryLockError};

use rayon::{current_num_threads, in_place_scope};

use super::pool::threads;

/// One team at a time has the threads.
static ONE_TEAM: Mutex<()> = Mutex::new(());

/// A thread in a team.
pub struct Member {
    /// Its number, from 0.
    pub number: usize,
}

/// How many threads a team may have that is worth `most`.
pub fn team_size(most: usize) -> usize {
    // The library would start its threads for the question how many it has.
    let there = if threads() == 1 {
        1
    } else {
        current_num_threads()
    };
    threads().min(there).min(most).max(1)
}

/// Runs `work` on `size` threads at once, or on fewer if another team has them, and returns when all have
/// ended. The calling thread is member 0, and only it gets `own`. The work must not use the threads in
/// another way, and must not need more than one member.
pub fn side_by_side<O>(size: usize, own: &mut O, work: impl Fn(&Member, Option<&mut O>) + Sync) {
    let free = ONE_TEAM.try_lock();
    let is_free = !matches!(free, Err(TryLockError::WouldBlock));
    if size == 1 || !is_free {
        return work(&Member { number: 0 }, Some(own));
    }
    let work = &work;
    in_place_scope(|scope| {
        for number in 1..size {
            scope.spawn(move |_| work(&Member { number }, None));
        }
        work(&Member { number: 0 }, Some(own));
    });
}

/// A vector of which the members of a team read and write parts.
pub struct Shared<'v, T> {
    start: *mut T,
    length: usize,
    vector: PhantomData<&'v mut [T]>,
}

// SAFETY: it stands for a slice, of which threads get parts by the rules of its functions.
unsafe impl<T: Send + Sync> Sync for Shared<'_, T> {}

impl<'v, T> Shared<'v, T> {
    /// Shares a vector.
    pub fn new(vector: &'v mut [T]) -> Self {
        Self {
            start: vector.as_mut_ptr(),
            length: vector.len(),
            vector: PhantomData,
        }
    }

    /// A part of it.
    ///
    /// # Safety
    /// Nobody writes these elements while the part is used.
    ///
    /// # Panics
    /// When the part exceeds the vector.
    pub unsafe fn read(&self, part: Range<usize>) -> &[T] {
        assert!(part.start <= part.end && part.end <= self.length);
        // SAFETY: the part lies in the slice that this stands for, and nobody writes to it.
        unsafe { std::slice::from_raw_parts(self.start.add(part.start), part.len()) }
    }

    /// A part of it to write.
    ///
    /// # Safety
    /// Nobody else uses these elements while the part is used.
    ///
    /// # Panics
    /// When the part exceeds the vector.
    #[expect(clippy::mut_from_ref, reason = "threads write parts of one vector")]
    pub unsafe fn write(&self, part: Range<usize>) -> &mut [T] {
        assert!(part.start <= part.end && part.end <= self.length);
        // SAFETY: the part lies in the slice that this stands for, and nobody else uses it.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(part.start), part.len()) }
    }
}
