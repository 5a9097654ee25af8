//! Who makes the refits: the ranks, and the threads of each.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::comm::{Alone, Communicator};
use crate::error::{Error, Result};

/// Ranks with threads. A piece of work is done by one thread of one rank: who does it changes no bit.
pub struct Workers<'a> {
    comm: &'a dyn Communicator,
    threads: Option<ThreadPool>,
}

impl<'a> Workers<'a> {
    /// All ranks of a communicator, each with so many threads. Collective work follows.
    ///
    /// # Errors
    /// [`Error::Refused`] when the system gives no more threads.
    pub fn new(comm: &'a dyn Communicator, threads: usize) -> Result<Self> {
        let pool = (threads > 1).then(|| ThreadPoolBuilder::new().num_threads(threads).build());
        let threads = pool.transpose().map_err(|error| {
            Error::Refused(format!(
                "run.threads: {threads} threads cannot be started ({error}); use fewer"
            ))
        })?;
        Ok(Self { comm, threads })
    }

    /// This process, with one thread.
    pub fn alone() -> Self {
        Self {
            comm: &Alone,
            threads: None,
        }
    }

    /// The ranks.
    pub fn comm(&self) -> &dyn Communicator {
        self.comm
    }

    /// `count` rows of `width` numbers, row k filled by `fill(k, row)`, on every rank; collective.
    pub fn rows(
        &self,
        count: usize,
        width: usize,
        fill: impl Fn(usize, &mut [f64]) + Sync,
    ) -> Vec<Vec<f64>> {
        let mut all = self.own(self.comm.rank(), self.comm.size(), [count, width], &fill);
        self.comm.sum(&mut all);
        all.chunks_exact(width).map(<[f64]>::to_vec).collect()
    }

    /// Every `size`-th row from `rank` on, each in its own place, zeros in the others' places.
    fn own(
        &self,
        rank: usize,
        size: usize,
        [count, width]: [usize; 2],
        fill: &(impl Fn(usize, &mut [f64]) + Sync),
    ) -> Vec<f64> {
        let mut all = vec![0.0; count * width];
        let of_rank = |number: &usize| number % size == rank;
        match &self.threads {
            Some(threads) => threads.install(|| {
                all.par_chunks_exact_mut(width)
                    .enumerate()
                    .filter(|(number, _)| of_rank(number))
                    .for_each(|(number, row)| fill(number, row));
            }),
            None => all
                .chunks_exact_mut(width)
                .enumerate()
                .filter(|(number, _)| of_rank(number))
                .for_each(|(number, row)| fill(number, row)),
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_ranks_nor_threads_change_a_row() {
        let fill = |number: usize, row: &mut [f64]| {
            row.fill((number as f64 + 0.1).sin());
            row[1] = f64::NAN;
        };
        let bits = |rows: &[f64]| rows.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        let expected = Workers::alone().own(0, 1, [7, 3], &fill);
        assert_eq!(expected[9], 3.1_f64.sin());
        for (size, threads) in [(1, 3), (2, 1), (3, 2), (9, 1)] {
            let workers = Workers::new(&Alone, threads).unwrap();
            let mut together = vec![0.0; 21];
            for rank in 0..size {
                let own = workers.own(rank, size, [7, 3], &fill);
                together
                    .iter_mut()
                    .zip(own)
                    .for_each(|(sum, own)| *sum += own);
            }
            assert_eq!(
                bits(&together),
                bits(&expected),
                "{size} ranks of {threads} threads"
            );
        }
    }
}
