//! How work is shared among the threads of a rank.
//!
//! The work is cut by the problem, not by the threads, and partial sums are added in one order. A
//! result therefore has the same bits for any number of threads.

use std::ops::Range;

use faer::{Par, get_global_parallelism};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// Rows of a vector that one thread works on at a time. They are worth the start of a thread.
const PIECE: usize = 2048;

/// Sets how many threads the program and its libraries use on a rank.
pub fn set_threads(threads: usize) {
    faer::set_global_parallelism(if threads == 1 {
        Par::Seq
    } else {
        // The first call decides how many threads there are, and later ones whether they are used.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
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

/// The pieces of vectors with so many rows.
pub fn pieces(rows: usize) -> Vec<Range<usize>> {
    let first = (0..rows).step_by(PIECE);
    first
        .map(|first| first..(first + PIECE).min(rows))
        .collect()
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

/// Runs `work` on one of the threads. From there the others start within a microsecond, as long as they
/// have not fallen asleep.
pub fn inside<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if threads() > 1 {
        rayon::scope(|_| work())
    } else {
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
