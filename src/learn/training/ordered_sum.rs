//! Sums over ranks whose bits do not depend on the number of ranks.
//!
//! The rounding of a sum depends on its order. So every rank adds the same terms in the same order, no
//! matter which rank computed them.

use std::ops::Range;

use crate::comm::{Communicator, Message};

/// Terms with more numbers than this are never together in one rank's memory.
///
/// Below, a single message is faster than many. Above, ranks share the memory and the additions.
const MOST_AT_ONCE: usize = 1 << 17;

/// A rank computes terms of up to so many numbers before it sends them. Ranks wait for each other then.
const MOST_IN_A_ROUND: usize = 1 << 21;

/// How many numbers a rank holds beside the sums, for so many terms of a length.
pub fn numbers_held(terms: usize, width: usize) -> usize {
    match terms * width <= MOST_AT_ONCE {
        true => terms * width,
        // Its own terms, and what it sends and receives of them.
        false => 3 * terms_in_a_round(width).min(terms) * width,
    }
}

fn terms_in_a_round(width: usize) -> usize {
    (MOST_IN_A_ROUND / width).max(1)
}

/// Vectors of one length, and the sums that they are added to.
pub struct Terms<'t> {
    /// The sum of each term.
    pub sum_of_term: &'t [usize],
    /// The number of sums.
    pub sums: usize,
    /// The length of a vector.
    pub width: usize,
}

impl Terms<'_> {
    /// All sums, one after the other. `add_term` adds the term of a number to zeros, on the one rank that
    /// computes it. Collective: all ranks get the same bits, for any number of them.
    pub fn add_up(
        &self,
        comm: &dyn Communicator,
        add_term: &mut dyn FnMut(usize, &mut [f64]),
    ) -> Vec<f64> {
        match self.sum_of_term.len() * self.width <= MOST_AT_ONCE {
            true => self.at_once(comm, add_term),
            false => self.in_rounds(comm, terms_in_a_round(self.width), add_term),
        }
    }

    /// A term is zero on all ranks but one, so its sum over the ranks is exact.
    fn at_once(
        &self,
        comm: &dyn Communicator,
        add_term: &mut dyn FnMut(usize, &mut [f64]),
    ) -> Vec<f64> {
        let mut terms = vec![0.0; self.sum_of_term.len() * self.width];
        for (number, term) in terms.chunks_exact_mut(self.width).enumerate() {
            if number % comm.size() == comm.rank() {
                add_term(number, term);
            }
        }
        comm.sum(&mut terms);
        let mut sums = vec![0.0; self.sums * self.width];
        for (&sum, term) in self.sum_of_term.iter().zip(terms.chunks_exact(self.width)) {
            add(&mut sums[sum * self.width..][..self.width], term);
        }
        sums
    }

    /// Every rank computes some terms at a time and adds up its own slice of all terms. So it sends each
    /// of its terms once, and holds only those of a round.
    fn in_rounds(
        &self,
        comm: &dyn Communicator,
        terms_in_a_round: usize,
        add_term: &mut dyn FnMut(usize, &mut [f64]),
    ) -> Vec<f64> {
        let (rank, size) = (comm.rank(), comm.size());
        let slice = |rank: usize| rank * self.width / size..(rank + 1) * self.width / size;
        let (mine, length) = (slice(rank), slice(rank).len());
        let mut slices = vec![0.0; self.sums * length];
        let (mut own, mut first) = (Vec::new(), 0);
        for sum_of_term in self.sum_of_term.chunks(size * terms_in_a_round) {
            // Terms of a round go to the ranks in turn.
            let terms_of = |rank: usize| (rank..sum_of_term.len()).step_by(size);
            own.clear();
            own.resize(terms_of(rank).len() * self.width, 0.0);
            let terms = own.chunks_exact_mut(self.width);
            for (term, number) in terms.zip(terms_of(rank)) {
                add_term(first + number, term);
            }
            let lengths: Vec<usize> = (0..size).map(|it| terms_of(it).len() * length).collect();
            let received = exchange(comm, &own, self.width, &slice, &lengths);
            for (number, &sum) in sum_of_term.iter().enumerate() {
                let (from, place) = (number % size, number / size);
                let term = match from == rank {
                    true => &own[place * self.width..][mine.clone()],
                    false => &received[from][place * length..][..length],
                };
                add(&mut slices[sum * length..][..length], term);
            }
            first += sum_of_term.len();
        }
        self.joined(comm, &slices, &slice)
    }

    /// All sums from the slices (rank, sum, number) of the ranks.
    fn joined(
        &self,
        comm: &dyn Communicator,
        own: &[f64],
        slice: &dyn Fn(usize) -> Range<usize>,
    ) -> Vec<f64> {
        let ranks = 0..comm.size();
        let counts: Vec<usize> = ranks
            .clone()
            .map(|rank| self.sums * slice(rank).len())
            .collect();
        let all = comm.gather(own, &counts);
        let mut rest = &all[..];
        let mut sums = vec![0.0; self.sums * self.width];
        for rank in ranks {
            for sum in sums.chunks_exact_mut(self.width) {
                let (values, others) = rest.split_at(slice(rank).len());
                sum[slice(rank)].copy_from_slice(values);
                rest = others;
            }
        }
        sums
    }
}

/// Sends every other rank its slice of the terms (term, number) of this rank, and gets its own slice of
/// the terms of every other rank, of these lengths in all.
fn exchange(
    comm: &dyn Communicator,
    terms: &[f64],
    width: usize,
    slice: &dyn Fn(usize) -> Range<usize>,
    lengths: &[usize],
) -> Vec<Vec<f64>> {
    let slices_of = |rank: usize| -> Vec<f64> {
        let terms = terms.chunks_exact(width);
        terms.flat_map(|term| &term[slice(rank)]).copied().collect()
    };
    let of_others = |of: &dyn Fn(usize) -> Vec<f64>| -> Vec<Vec<f64>> {
        let own = comm.rank();
        let ranks = 0..comm.size();
        ranks
            .map(|rank| if rank == own { Vec::new() } else { of(rank) })
            .collect()
    };
    let given = of_others(&slices_of);
    let mut received = of_others(&|rank| vec![0.0; lengths[rank]]);
    let messages = given.iter().map(Vec::as_slice).enumerate();
    let messages = messages.filter(|(_, values)| !values.is_empty());
    let messages: Vec<Message<&[f64]>> = messages
        .map(|(rank, values)| Message { rank, values })
        .collect();
    let taken = received.iter_mut().map(Vec::as_mut_slice).enumerate();
    let taken = taken.filter(|(_, values)| !values.is_empty());
    let taken = taken.map(|(rank, values)| Message { rank, values });
    comm.exchange(&messages, taken.collect(), &mut || ());
    received
}

fn add(sums: &mut [f64], term: &[f64]) {
    for (sum, value) in sums.iter_mut().zip(term) {
        *sum += value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::{Alone, threads};

    /// A number whose sums are rounded.
    fn value(number: usize, index: usize) -> f64 {
        ((1 + number) as f64 * 0.1 + index as f64).sin() * 10_f64.powi((number % 5) as i32)
    }

    /// Fewer and more terms than ranks, none for a sum, and vectors shorter than there are ranks.
    #[test]
    fn sums_have_the_same_bits_for_any_number_of_ranks() {
        for (sum_of_term, sums, width) in [
            (&[0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0][..], 2, 13),
            (&[0, 2], 3, 5),
            (&[0, 0, 0], 1, 1),
            (&[], 1, 4),
        ] {
            let terms = Terms {
                sum_of_term,
                sums,
                width,
            };
            let mut exact = vec![0.0; sums * width];
            for (number, sum) in sum_of_term.iter().enumerate() {
                for index in 0..width {
                    exact[sum * width + index] += value(number, index);
                }
            }
            let found = |comm: &dyn Communicator| {
                let mut computed = 0;
                let mut add_term = |number: usize, term: &mut [f64]| {
                    assert!(term.iter().all(|it| *it == 0.0));
                    computed += 1;
                    for (index, sum) in term.iter_mut().enumerate() {
                        *sum += value(number, index);
                    }
                };
                let found = [
                    terms.at_once(comm, &mut add_term),
                    terms.in_rounds(comm, 1, &mut add_term),
                    terms.in_rounds(comm, 3, &mut add_term),
                ];
                assert!(computed <= 3 * sum_of_term.len().div_ceil(comm.size()));
                found
            };
            let exact = [exact.clone(), exact.clone(), exact];
            assert_eq!(found(&Alone), exact);
            for ranks in [2, 3, 4, 7] {
                for found in threads::run(ranks, found) {
                    assert_eq!(found, exact, "{ranks} ranks");
                }
            }
        }
    }
}
