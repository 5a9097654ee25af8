//! Threads that take many short steps side by side, and wait for one another after each.
//!
//! A step of a recurrence takes some ten microseconds. To hand it out to threads and to collect them
//! again would take as long, so a team stays together until the last step.

use std::hint::spin_loop;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};

use rayon::{current_num_threads, in_place_scope};

use super::pool::threads;

/// How often a thread looks before it lets others use its core, which may have several threads.
const LOOKS: usize = 10_000;

/// One team at a time has the threads. The members of two could each wait for the rest of theirs.
static ONE_TEAM: Mutex<()> = Mutex::new(());

/// A meeting of all members of a team.
#[derive(Default)]
struct Meeting {
    arrived: AtomicUsize,
    held: AtomicUsize,
}

/// A thread in a team.
pub struct Member<'t> {
    /// Its number, from 0.
    pub number: usize,
    /// The number of members.
    pub size: usize,
    meeting: &'t Meeting,
}

impl Member<'_> {
    /// Its part of some pieces of rows, with about as many rows as those of others.
    pub fn share<'p>(&self, pieces: &'p [Range<usize>]) -> &'p [Range<usize>] {
        let all: usize = pieces.iter().map(Range::len).sum();
        let bound = |number: usize| {
            let mut before = 0;
            let is_before = |rows: &&Range<usize>| {
                before += rows.len();
                2 * before - rows.len() < 2 * number * all / self.size
            };
            pieces.iter().take_while(is_before).count()
        };
        &pieces[bound(self.number)..bound(self.number + 1)]
    }

    /// Waits until every member is here. What the members have written before, all can read after.
    pub fn meet(&self) {
        if self.size == 1 {
            return;
        }
        let held = self.meeting.held.load(Ordering::Acquire);
        if self.meeting.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.size {
            self.meeting.arrived.store(0, Ordering::Relaxed);
            self.meeting.held.store(held + 1, Ordering::Release);
            return;
        }
        let mut looks = 0;
        while self.meeting.held.load(Ordering::Acquire) == held {
            looks += 1;
            if looks < LOOKS {
                spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
    }
}

/// Runs `work` on up to `most` threads at once, and returns when all have ended. The calling thread is
/// member 0, and only it gets `own`. The work must not use the threads in another way.
pub fn side_by_side<O>(most: usize, own: &mut O, work: impl Fn(&Member, Option<&mut O>) + Sync) {
    let free = ONE_TEAM.try_lock();
    let free = match &free {
        Ok(_) | Err(TryLockError::Poisoned(_)) => threads().min(current_or_one()),
        Err(TryLockError::WouldBlock) => 1,
    };
    let (size, meeting) = (free.min(most).max(1), Meeting::default());
    let member = |number| Member {
        number,
        size,
        meeting: &meeting,
    };
    if size == 1 {
        return work(&member(0), Some(own));
    }
    let (work, member) = (&work, &member);
    in_place_scope(|scope| {
        for number in 1..size {
            scope.spawn(move |_| work(&member(number), None));
        }
        work(&member(0), Some(own));
    });
}

/// How many threads there are, without a start of the library's threads for one.
fn current_or_one() -> usize {
    if threads() == 1 {
        1
    } else {
        current_num_threads()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_share_all_pieces() {
        let pieces: Vec<Range<usize>> = (0..9).map(|k| k * k..(k + 1) * (k + 1)).collect();
        for size in 1..6 {
            let meeting = Meeting::default();
            let shares: Vec<&[Range<usize>]> = (0..size)
                .map(|number| {
                    let member = Member {
                        number,
                        size,
                        meeting: &meeting,
                    };
                    member.share(&pieces)
                })
                .collect();
            assert_eq!(shares.concat(), pieces);
            let rows = shares
                .iter()
                .map(|it| it.iter().map(Range::len).sum::<usize>());
            assert!(rows.max().unwrap() <= 81 / size + 17);
        }
    }

    /// Each member adds its neighbour's number of the step before to its own.
    #[test]
    fn members_see_what_others_wrote_before_a_meeting() {
        let (mut numbers, mut others) = ([1_u64, 2, 3], [0_u64; 3]);
        let pair = [Shared::new(&mut numbers), Shared::new(&mut others)];
        side_by_side(3, &mut (), |member, _| {
            for step in 0..60 {
                let [from, to] = [&pair[step % 2], &pair[(step + 1) % 2]];
                for place in (member.number..3).step_by(member.size) {
                    // SAFETY: every place has one member, and the two vectors change their parts
                    // after all have met.
                    let (from, to) = unsafe { (from.read(0..3), to.write(place..place + 1)) };
                    to[0] = (from[place] + from[(place + 1) % 3]) % 1000;
                }
                member.meet();
            }
        });
        let mut expected = [1_u64, 2, 3];
        for _ in 0..60 {
            expected = std::array::from_fn(|k| (expected[k] + expected[(k + 1) % 3]) % 1000);
        }
        assert_eq!(numbers, expected);
    }
}
