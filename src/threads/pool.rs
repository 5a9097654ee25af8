//! How work is shared among the threads of a rank.
//!
//! The work is cut by the problem, not by the threads, and partial sums are added in one order. A
//! result therefore has the same bits for any number of threads.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use faer::{Par, get_global_parallelism};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// Rows of a vector that one thread works on at a time. They are worth the start of a thread.
const PIECE: usize = 2048;

/// Sets how many threads the program and its libraries use on a rank, of which the calling thread is
/// one. Work then begins on it at once, and the others join within a microsecond unless they have
/// fallen asleep.
pub fn set_threads(threads: usize) {
    faer::set_global_parallelism(if threads == 1 {
        Par::Seq
    } else {
        // The first call decides how many threads there are, and later ones whether they are used.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .use_current_thread()
            .build_global();
        Par::rayon(threads)
    });
}

/// How many threads are used.
pub fn threads() -> usize {
    match get_global_parallelism() {
        Par::Seq => 1,
        Par::Rayon(threads) => threads.get(),
    }
}

/// Memory of tasks. A task takes what an earlier one has left, so there is as much as tasks run at a
/// time.
#[derive(Debug)]
pub struct Workspaces<T>(Mutex<Vec<T>>);

impl<T> Default for Workspaces<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Workspaces<T> {
    /// A workspace that no task uses, or a `new` one if all are in use.
    pub fn take(&self, new: impl FnOnce() -> T) -> T {
        let left = self.free().pop();
        left.unwrap_or_else(new)
    }

    /// Gives a workspace back.
    pub fn give(&self, workspace: T) {
        self.free().push(workspace);
    }

    /// Does `work` in a workspace, which is a `new` one if all others are in use.
    pub fn lend<R>(&self, new: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let mut workspace = self.take(new);
        let result = work(&mut workspace);
        self.give(workspace);
        result
    }

    fn free(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cuts rows into pieces of so many, the last one of what is left.
pub fn in_pieces(rows: usize, size: usize) -> impl Iterator<Item = Range<usize>> + Clone {
    let first = (0..rows).step_by(size);
    first.map(move |first| first..(first + size).min(rows))
}

/// The pieces of vectors with so many rows.
pub fn pieces(rows: usize) -> Vec<Range<usize>> {
    in_pieces(rows, PIECE).collect()
}

/// Cuts several slices of the same length into [`pieces`], each with that piece of all slices.
pub fn pieces_mut<T, const COUNT: usize>(slices: [&mut [T]; COUNT]) -> Vec<[&mut [T]; COUNT]> {
    let mut pieces = slices.map(|slice| slice.chunks_mut(PIECE));
    let mut next = || {
        let piece = pieces.each_mut().map(Iterator::next);
        piece
            .iter()
            .all(Option::is_some)
            .then(|| piece.map(|it| it.expect("a piece")))
    };
    std::iter::from_fn(&mut next).collect()
}

/// What `work` makes of each item, in their order.
pub fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    if threads() > 1 && items.len() > 1 {
        items.into_par_iter().map(work).collect()
    } else {
        items.into_iter().map(work).collect()
    }
}

/// What both make. They run at the same time where there are several threads.
pub fn join<A: Send, B: Send>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    if threads() > 1 {
        rayon::join(first, second)
    } else {
        (first(), second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_is_used_again() {
        let workspaces = Workspaces::default();
        let nested = || workspaces.lend(|| vec![2], |inner| inner.push(3));
        workspaces.lend(|| vec![1], |_| nested());
        let mut left = Vec::new();
        for _ in 0..2 {
            let take = |workspace: &mut Vec<i32>| left.push(std::mem::take(workspace));
            workspaces.lend(|| unreachable!("one is free"), take);
        }
        assert_eq!(left, [vec![1], vec![]]);
        assert_eq!(workspaces.0.into_inner().unwrap().len(), 2);
    }

    #[test]
    fn pieces_are_the_whole_in_order() {
        for rows in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7] {
            let all: Vec<usize> = pieces(rows).into_iter().flatten().collect();
            assert_eq!(all, (0..rows).collect::<Vec<_>>());
            let (mut one, mut two) = (all.clone(), all);
            for (range, [one, two]) in pieces(rows)
                .into_iter()
                .zip(pieces_mut([&mut one, &mut two]))
            {
                assert_eq!(one, range.collect::<Vec<_>>());
                assert_eq!(one, two);
            }
        }
    }
}
