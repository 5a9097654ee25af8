//! Numbers that rank 0 holds, and that the other ranks ask it to increase.

use std::cell::RefCell;

use mpi::Tag;
use mpi::topology::{Communicator as _, Rank, SimpleCommunicator};
use mpi::traits::{Destination, Source};

use crate::comm::communicator::Counters;
use crate::comm::waiting::Waiting;

/// Amounts to add, from any rank to rank 0.
const REQUEST: Tag = 1;
/// The numbers from before, from rank 0.
const ANSWER: Tag = 2;
/// A rank makes no more requests.
const FINISHED: Tag = 3;

/// A request waits until rank 0 calls any of these functions. In a campaign that is ten milliseconds
/// at most, or the length of a dense diagonalization.
pub struct Served<'a> {
    comm: &'a SimpleCommunicator,
    /// Used on rank 0.
    numbers: RefCell<Vec<u64>>,
}

impl<'a> Served<'a> {
    /// Numbers at zero.
    pub fn new(comm: &'a SimpleCommunicator, count: usize) -> Self {
        Self {
            comm,
            numbers: RefCell::new(vec![0; count]),
        }
    }

    fn add_here(&self, amounts: &[u64]) -> Vec<u64> {
        let mut numbers = self.numbers.borrow_mut();
        let before = numbers.clone();
        for (number, amount) in numbers.iter_mut().zip(amounts) {
            *number += amount;
        }
        before
    }

    /// Answers the request of a rank, which has arrived.
    fn answer(&self, rank: Rank) {
        let other = self.comm.process_at_rank(rank);
        let mut amounts = vec![0_u64; self.numbers.borrow().len()];
        other.receive_into_with_tag(&mut amounts[..], REQUEST);
        other.send_with_tag(&self.add_here(&amounts)[..], ANSWER);
    }
}

impl Counters for Served<'_> {
    fn add(&self, amounts: &[u64]) -> Vec<u64> {
        assert_eq!(
            amounts.len(),
            self.numbers.borrow().len(),
            "there is one amount for each number"
        );
        self.progress();
        if self.comm.rank() == 0 {
            return self.add_here(amounts);
        }
        let _waiting = Waiting::begin();
        let root = self.comm.process_at_rank(0);
        root.send_with_tag(amounts, REQUEST);
        let mut before = vec![0_u64; amounts.len()];
        root.receive_into_with_tag(&mut before[..], ANSWER);
        before
    }

    fn progress(&self) {
        if self.comm.rank() > 0 {
            return;
        }
        let any = self.comm.any_process();
        while let Some(request) = any.immediate_probe_with_tag(REQUEST) {
            self.answer(request.source_rank());
        }
    }

    fn close(self: Box<Self>) {
        let _waiting = Waiting::begin();
        if self.comm.rank() > 0 {
            let nothing: &[u64] = &[];
            let root = self.comm.process_at_rank(0);
            root.send_with_tag(nothing, FINISHED);
            return;
        }
        let mut asking = self.comm.size() - 1;
        while asking > 0 {
            let message = self.comm.any_process().probe();
            if message.tag() == REQUEST {
                self.answer(message.source_rank());
            } else {
                let other = self.comm.process_at_rank(message.source_rank());
                let nothing: &mut [u64] = &mut [];
                other.receive_into_with_tag(nothing, FINISHED);
                asking -= 1;
            }
        }
    }
}
