//! One process without MPI.

use std::cell::RefCell;
use std::rc::Rc;

use super::communicator::{Communicator, Counters, Group, Message};

/// The group of a rank that works alone.
pub fn alone() -> Group {
    Rc::new(Alone)
}

/// The communicator of a single process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Communicator for Alone {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn broadcast(&self, _bytes: &mut Vec<u8>) {}

    fn sum(&self, _values: &mut [f64]) {}

    fn gather(&self, values: &[f64], _counts: &[usize]) -> Vec<f64> {
        values.to_vec()
    }

    fn exchange(
        &self,
        _given: &[Message<&[f64]>],
        _taken: Vec<Message<&mut [f64]>>,
        work: &mut dyn FnMut(),
    ) {
        work();
    }

    fn group(&self, _size: usize) -> Group {
        alone()
    }

    fn ranks_on_node(&self) -> usize {
        1
    }

    fn rank_on_node(&self) -> usize {
        0
    }

    fn counters(&self, count: usize) -> Box<dyn Counters + '_> {
        Box::new(OwnCounters(RefCell::new(vec![0; count])))
    }

    fn abort(&self, code: i32) -> ! {
        std::process::exit(code)
    }
}

struct OwnCounters(RefCell<Vec<u64>>);

impl Counters for OwnCounters {
    fn add(&self, amounts: &[u64]) -> Vec<u64> {
        let mut numbers = self.0.borrow_mut();
        let before = numbers.clone();
        for (number, amount) in numbers.iter_mut().zip(amounts) {
            *number += amount;
        }
        before
    }

    fn progress(&self) {}

    fn close(self: Box<Self>) {}
}
