//! One process without MPI.

use std::cell::Cell;

use super::{Communicator, Counter};

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

    fn barrier(&self) {}

    fn broadcast(&self, _bytes: &mut Vec<u8>) {}

    fn sum(&self, _values: &mut [f64]) {}

    fn split(&self, _color: usize) -> Box<dyn Communicator> {
        Box::new(Self)
    }

    fn ranks_on_node(&self) -> usize {
        1
    }

    fn counter(&self) -> Box<dyn Counter> {
        Box::new(OwnCounter(Cell::new(0)))
    }

    fn abort(&self, code: i32) -> ! {
        std::process::exit(code)
    }
}

struct OwnCounter(Cell<u64>);

impl Counter for OwnCounter {
    fn take(&self, amount: u64) -> u64 {
        self.0.replace(self.0.get() + amount)
    }

    fn close(self: Box<Self>) {}
}
