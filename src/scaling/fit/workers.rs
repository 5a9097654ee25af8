//! The ranks and threads that make the refits.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::comm::Communicator;
use crate::error::{Error, Result};

/// Ranks with threads. One thread of one rank does each piece of work, so that no sum depends on
/// their number.
pub struct Workers<'a> {
    comm: &'a dyn Communicator,
    threads: Option<ThreadPool>,
}

impl<'a> Workers<'a> {
    /// All ranks of a communicator, each with this many threads.
    ///
    /// # Errors
    /// [`Error::Refused`] when the threads cannot be started.
    pub fn new(comm: &'a dyn Communicator, threads: usize) -> Result<Self> {
        let pool = (threads > 1).then(|| ThreadPoolBuilder::new().num_threads(threads).build());
        let threads = pool.transpose().map_err(|error| {
            Error::Refused(format!(
                "run.threads: {threads} threads cannot be started ({error}); use fewer"
            ))
        })?;
        Ok(Self { comm, threads })
    }

    /// The ranks.
    pub fn comm(&self) -> &dyn Communicator {
        self.comm
    }

    /// `count` rows of `width` numbers on every rank, where `fill(k, row)` fills row k; collective.
    ///
    /// Each rank fills some rows of zeros, and the sum over the ranks collects them without rounding.
    pub fn rows(
        &self,
        count: usize,
        width: usize,
        fill: impl Fn(usize, &mut [f64]) + Sync,
    ) -> Vec<Vec<f64>> {
        let (rank, size) = (self.comm.rank(), self.comm.size());
        let is_own = |number: &usize| number % size == rank;
        let mut all = vec![0.0; count * width];
        match &self.threads {
            Some(threads) => threads.install(|| {
                all.par_chunks_exact_mut(width)
                    .enumerate()
                    .filter(|(number, _)| is_own(number))
                    .for_each(|(number, row)| fill(number, row));
            }),
            None => all
                .chunks_exact_mut(width)
                .enumerate()
                .filter(|(number, _)| is_own(number))
                .for_each(|(number, row)| fill(number, row)),
        }
        self.comm.sum(&mut all);
        all.chunks_exact(width).map(<[f64]>::to_vec).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::threads;
    use crate::scaling::tests::alone;

    #[test]
    fn neither_ranks_nor_threads_change_a_row() {
        let fill = |number: usize, row: &mut [f64]| {
            row.fill((number as f64 + 0.1).sin());
            row[1] = f64::NAN;
        };
        let bits = |rows: &[Vec<f64>]| -> Vec<u64> {
            rows.iter().flatten().map(|x| x.to_bits()).collect()
        };
        let expected = alone().rows(7, 3, fill);
        assert_eq!(expected[3][0], 3.1_f64.sin());
        for (size, count) in [(1, 3), (2, 1), (3, 2), (9, 1)] {
            let rows =
                |comm: &dyn Communicator| Workers::new(comm, count).unwrap().rows(7, 3, fill);
            for found in threads::run(size, rows) {
                assert_eq!(
                    bits(&found),
                    bits(&expected),
                    "{size} ranks of {count} threads"
                );
            }
        }
    }
}
