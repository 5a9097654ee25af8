//! Threads that act as ranks, to test what several ranks compute without MPI.

use std::sync::{Barrier, Mutex};

use super::communicator::{Communicator, Counters};

/// What the ranks share.
struct Shared {
    barrier: Barrier,
    given: Mutex<Vec<Vec<f64>>>,
}

struct Rank<'a> {
    rank: usize,
    shared: &'a Shared,
}

/// Runs `work` on `size` ranks and returns what each found.
pub fn run<T: Send>(size: usize, work: impl Fn(&dyn Communicator) -> T + Sync) -> Vec<T> {
    let shared = Shared {
        barrier: Barrier::new(size),
        given: Mutex::new(vec![Vec::new(); size]),
    };
    std::thread::scope(|scope| {
        let (shared, work) = (&shared, &work);
        let ranks: Vec<_> = (0..size)
            .map(|rank| scope.spawn(move || work(&Rank { rank, shared })))
            .collect();
        ranks.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

impl Communicator for Rank<'_> {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.shared.given.lock().unwrap().len()
    }

    /// Adds in descending order of ranks, unlike the order of the chunks.
    fn sum(&self, values: &mut [f64]) {
        self.shared.given.lock().unwrap()[self.rank] = values.to_vec();
        self.shared.barrier.wait();
        values.fill(0.0);
        for given in self.shared.given.lock().unwrap().iter().rev() {
            for (sum, value) in values.iter_mut().zip(given) {
                *sum += value;
            }
        }
        self.shared.barrier.wait();
    }

    fn broadcast(&self, _bytes: &mut Vec<u8>) {
        unused()
    }

    fn ranks_on_node(&self) -> usize {
        self.size()
    }

    fn counters(&self, _: usize) -> Box<dyn Counters + '_> {
        unused()
    }

    fn abort(&self, _code: i32) -> ! {
        unused()
    }
}

/// The tests only sum over the ranks.
fn unused() -> ! {
    unreachable!("the tests only sum over the ranks")
}
