//! How a list of tasks is handed out: in chunks, from one shared counter.

use std::iter;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Predicted seconds of a chunk while much is left to do. A rank then asks less than once a second,
/// and little is lost with a rank that dies. A task that takes longer is a chunk of its own.
const CHUNK: f64 = 2.0;

/// Towards the end a chunk is what is left, divided by this many times the ranks (guided
/// self-scheduling; C. D. Polychronopoulos and D. J. Kuck, IEEE Trans. Comput. C-36, 1425). With one,
/// all wait for a rank that is a little slower. With two, a rank may be half as fast as the others.
const SHARES: f64 = 2.0;

/// A task whose prediction is less, or nothing, counts as this many seconds.
const LEAST: f64 = 1e-6;

/// A part of a realization takes at most this fraction of the work of a rank. The last rank then ends
/// little later than the others, even with few realizations for each.
const GRAIN: f64 = 0.05;

/// The number of parts to cut a realization into, when `ranks` ranks have `total` seconds of work.
/// Each part has at least one window.
pub fn parts(seconds: f64, windows: usize, total: f64, ranks: usize) -> usize {
    let wanted = (seconds / (GRAIN * total / ranks as f64)).ceil();
    if ranks == 1 || wanted.is_nan() {
        return 1;
    }
    (wanted as usize).clamp(1, windows.max(1))
}

/// A list of tasks cut into chunks of consecutive ones. Ranks take the chunks in order: the k-th
/// claim of a shared counter is the k-th chunk.
///
/// Where processors differ, so may predictions in their last digit: rank 0 should cut the list and
/// share the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Chunks of one length after the other; campaigns of millions have few lengths.
    runs: Vec<Run>,
    chunks: usize,
}

/// Consecutive chunks of the same number of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    /// The first chunk.
    chunk: usize,
    /// Its first task.
    start: usize,
    /// The tasks of each.
    tasks: usize,
}

impl Schedule {
    /// Cuts tasks of these predicted seconds, the most expensive first, for `ranks` ranks.
    pub fn new(costs: impl Iterator<Item = f64> + Clone, ranks: usize) -> Self {
        let costs = costs.map(|seconds| seconds.max(LEAST));
        let mut left: f64 = costs.clone().sum();
        let shares = SHARES * ranks.max(1) as f64;
        let mut schedule = Self {
            runs: Vec::new(),
            chunks: 0,
        };
        let mut tasks = costs.enumerate().peekable();
        while let Some((first, seconds)) = tasks.next() {
            let worth = (left / shares).min(CHUNK);
            let mut taken = seconds;
            let more = iter::from_fn(|| {
                tasks.next_if(|(_, seconds)| {
                    let fits = taken + seconds <= worth;
                    taken += if fits { *seconds } else { 0.0 };
                    fits
                })
            });
            schedule.push(first, 1 + more.count());
            left -= taken;
        }
        schedule
    }

    fn push(&mut self, start: usize, tasks: usize) {
        if self.runs.last().is_none_or(|run| run.tasks != tasks) {
            let chunk = self.chunks;
            self.runs.push(Run {
                chunk,
                start,
                tasks,
            });
        }
        self.chunks += 1;
    }

    /// The places in the list of the k-th chunk, at least one; none when all chunks are taken.
    pub fn chunk(&self, k: usize) -> Option<Range<usize>> {
        if k >= self.chunks {
            return None;
        }
        let runs = self.runs.partition_point(|run| run.chunk <= k);
        let run = &self.runs[runs - 1];
        let start = run.start + (k - run.chunk) * run.tasks;
        Some(start..start + run.tasks)
    }

    /// How many chunks there are.
    pub fn chunks(&self) -> usize {
        self.chunks
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(costs: &[f64], ranks: usize) -> Vec<Range<usize>> {
        let schedule = Schedule::new(costs.iter().copied(), ranks);
        let chunks: Vec<_> = (0..).map_while(|k| schedule.chunk(k)).collect();
        assert_eq!(chunks.len(), schedule.chunks());
        chunks
    }

    fn lengths(chunks: &[Range<usize>]) -> Vec<usize> {
        chunks.iter().map(Range::len).collect()
    }

    #[test]
    fn by_hand() {
        // Of 8 seconds for two ranks a quarter is 2, of the 6 left 1.5: less than two tasks.
        assert_eq!(lengths(&cut(&[1.0; 8], 2)), [2, 1, 1, 1, 1, 1, 1]);
        // 2 seconds are 8 tasks; then half of the 3, 1.5, 0.75, 0.5 and 0.25 seconds left.
        assert_eq!(lengths(&cut(&[0.25; 20], 1)), [8, 6, 3, 1, 1, 1]);
        // Dear tasks go alone; what is cheap is gathered once they are gone.
        assert_eq!(
            lengths(&cut(&[9.0, 5.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 1)),
            [1, 1, 3, 1, 1, 1]
        );
        assert!(cut(&[], 3).is_empty());
    }

    #[test]
    fn realizations_are_cut_where_there_are_few_for_each_rank() {
        // A twentieth of 100 s is 5 s.
        assert_eq!(parts(4.9, 19, 1000.0, 10), 1);
        assert_eq!(parts(5.1, 19, 1000.0, 10), 2);
        assert_eq!(parts(50.0, 19, 1000.0, 10), 10);
        assert_eq!(parts(500.0, 19, 1000.0, 10), 19);
        assert_eq!(parts(500.0, 1, 1000.0, 10), 1);
        // Alone a rank gains nothing by it.
        assert_eq!(parts(500.0, 19, 500.0, 1), 1);
        assert_eq!(parts(0.0, 19, 0.0, 10), 1);
    }

    /// Every rank holds the schedule.
    #[test]
    fn a_schedule_of_millions_is_small() {
        for seconds in [0.01, 3.0] {
            let schedule = Schedule::new(iter::repeat_n(seconds, 3_000_000), 128);
            let last = schedule.chunk(schedule.chunks() - 1).unwrap();
            assert_eq!(last.end, 3_000_000);
            let bytes = postcard::to_stdvec(&schedule).unwrap().len();
            assert!(bytes < 4096, "{bytes}");
        }
    }

    #[test]
    fn what_is_free_or_unknown_is_shared_out_too() {
        for cost in [0.0, -1.0, f64::NAN] {
            assert_eq!(lengths(&cut(&[cost; 8], 2)), [2, 1, 1, 1, 1, 1, 1]);
        }
    }

    proptest! {
        #[test]
        fn chunks_are_the_list_in_order(
            mut costs in prop::collection::vec(1e-3..20.0_f64, 0..400),
            ranks in 1_usize..50,
        ) {
            costs.sort_by(|a, b| b.total_cmp(a));
            let mut left: f64 = costs.iter().sum();
            let mut next = 0;
            for chunk in cut(&costs, ranks) {
                prop_assert_eq!(chunk.start, next);
                prop_assert!(!chunk.is_empty());
                next = chunk.end;
                let worth: f64 = costs[chunk.clone()].iter().sum();
                let due = (left / (SHARES * ranks as f64)).min(CHUNK);
                prop_assert!(chunk.len() == 1 || worth <= due + 1e-9, "{} of {}", worth, due);
                left -= worth;
            }
            prop_assert_eq!(next, costs.len());
        }

        #[test]
        fn chunks_of_equal_tasks_shrink(cost in 1e-3..3.0_f64, tasks in 1_usize..5000, ranks in 1_usize..50) {
            let lengths = lengths(&cut(&vec![cost; tasks], ranks));
            prop_assert!(lengths.is_sorted_by(|a, b| a >= b), "{:?}", lengths);
            // What is left is then a task for each rank at most.
            let ones = lengths.iter().rev().take_while(|&&length| length == 1).count();
            prop_assert!(ones >= ranks.min(lengths.len()), "{:?}", lengths);
        }

        /// Two neighbours are worth more than one is due: that bounds the messages. At the end, the
        /// work left shrinks by a fixed factor with each pair.
        #[test]
        fn messages_are_few(
            mut costs in prop::collection::vec(1e-3..5.0_f64, 1..3000),
            scale in 1e-3..1.0_f64,
            ranks in 1_usize..20,
        ) {
            costs.sort_by(|a, b| b.total_cmp(a));
            costs.iter_mut().for_each(|cost| *cost *= scale);
            let total: f64 = costs.iter().sum();
            let cheapest = costs[costs.len() - 1];
            let shares = SHARES * ranks as f64;
            let shrinking = 1.0 + (CHUNK / cheapest).max(1.0).ln();
            let bound = 2.0 * total / CHUNK + 2.0 * shares * shrinking + 3.0;
            let messages = cut(&costs, ranks).len() as f64;
            prop_assert!(messages <= bound, "{} where {} are allowed", messages, bound);
        }
    }
}
