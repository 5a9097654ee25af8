//! Threads that act as ranks, to test what several ranks compute without MPI.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Barrier, Mutex};

use super::communicator::{Communicator, Counters, Group, Message};

/// What the ranks share.
struct Shared {
    barrier: Barrier,
    given: Mutex<Vec<Vec<f64>>>,
    /// Messages by sender and receiver.
    sent: Mutex<HashMap<[usize; 2], Vec<f64>>>,
}

#[derive(Clone)]
struct Rank {
    rank: usize,
    shared: Arc<Shared>,
}

/// Runs `work` on `size` ranks and returns what each found.
pub fn run<T: Send>(size: usize, work: impl Fn(&dyn Communicator) -> T + Sync) -> Vec<T> {
    let shared = Arc::new(Shared {
        barrier: Barrier::new(size),
        given: Mutex::new(vec![Vec::new(); size]),
        sent: Mutex::default(),
    });
    std::thread::scope(|scope| {
        let (shared, work) = (&shared, &work);
        let ranks: Vec<_> = (0..size)
            .map(|rank| {
                scope.spawn(move || {
                    let shared = Arc::clone(shared);
                    work(&Rank { rank, shared })
                })
            })
            .collect();
        ranks.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

impl Rank {
    /// Gives numbers to all ranks, and looks at what each has given.
    fn together<T>(&self, values: &[f64], look: impl FnOnce(&[Vec<f64>]) -> T) -> T {
        self.shared.given.lock().unwrap()[self.rank] = values.to_vec();
        self.shared.barrier.wait();
        let seen = look(&self.shared.given.lock().unwrap());
        self.shared.barrier.wait();
        seen
    }
}

impl Communicator for Rank {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.shared.given.lock().unwrap().len()
    }

    /// Adds in descending order of ranks, unlike the order of the chunks.
    fn sum(&self, values: &mut [f64]) {
        let own = values.to_vec();
        values.fill(0.0);
        self.together(&own, |given| {
            for given in given.iter().rev() {
                for (sum, value) in values.iter_mut().zip(given) {
                    *sum += value;
                }
            }
        });
    }

    fn gather(&self, values: &[f64], counts: &[usize]) -> Vec<f64> {
        self.together(values, |given| {
            let lengths: Vec<usize> = given.iter().map(Vec::len).collect();
            assert_eq!(lengths, counts);
            given.concat()
        })
    }

    fn exchange(
        &self,
        given: &[Message<&[f64]>],
        taken: Vec<Message<&mut [f64]>>,
        work: &mut dyn FnMut(),
    ) {
        for message in given {
            let key = [self.rank, message.rank];
            let mut sent = self.shared.sent.lock().unwrap();
            sent.insert(key, message.values.to_vec());
        }
        work();
        self.shared.barrier.wait();
        for message in taken {
            let key = [message.rank, self.rank];
            let values = self.shared.sent.lock().unwrap().remove(&key);
            message
                .values
                .copy_from_slice(&values.expect("it was sent"));
        }
        self.shared.barrier.wait();
    }

    fn group(&self, size: usize) -> Group {
        assert_eq!(size, self.size(), "the tests have one group");
        Rc::new(self.clone())
    }

    fn broadcast(&self, _bytes: &mut Vec<u8>) {
        unused()
    }

    fn ranks_on_node(&self) -> usize {
        self.size()
    }

    fn rank_on_node(&self) -> usize {
        self.rank
    }

    fn counters(&self, _: usize) -> Box<dyn Counters + '_> {
        unused()
    }

    fn abort(&self, _code: i32) -> ! {
        unused()
    }
}

/// The tests only compute on the ranks.
fn unused() -> ! {
    unreachable!("the tests only compute on the ranks")
}
