//! Many processes, through MPI.

use std::rc::Rc;

use mpi::collective::SystemOperation;
use mpi::datatype::PartitionMut;
use mpi::environment::Universe;
use mpi::topology::{Color, Communicator as _, SimpleCommunicator};
use mpi::traits::{CommunicatorCollectives, Destination, Root, Source};
use mpi::{Count, Threading};

use super::alone::alone;
use super::communicator::{Communicator, Counters, Group, Message};
use super::counters;
use super::waiting::Waiting;
use crate::error::{Error, Result};

/// A longer message is sent in pieces of so many bytes, because MPI counts with 32 bits.
const PIECE: usize = 1 << 30;

/// The ranks that mpirun or srun started; one rank when neither did.
pub struct Ranks {
    comm: SimpleCommunicator,
    /// MPI ends when this is dropped. A part of the ranks has none.
    universe: Option<Universe>,
}

impl Ranks {
    /// Joins the ranks that were started together.
    ///
    /// # Errors
    /// When this process has joined before.
    pub fn join() -> Result<Self> {
        let (universe, _) = mpi::initialize_with_threading(Threading::Funneled)
            .ok_or_else(|| Error::Refused("MPI is already initialized".to_owned()))?;
        Ok(Self {
            comm: universe.world(),
            universe: Some(universe),
        })
    }

    /// Ends all ranks that were started together; needs no communicator.
    pub fn abort_world(code: i32) -> ! {
        SimpleCommunicator::world().abort(code)
    }
}

impl Communicator for Ranks {
    fn rank(&self) -> usize {
        self.comm.rank() as usize
    }

    fn size(&self) -> usize {
        self.comm.size() as usize
    }

    fn broadcast(&self, bytes: &mut Vec<u8>) {
        let _waiting = Waiting::begin();
        let root = self.comm.process_at_rank(0);
        let mut length = bytes.len() as u64;
        root.broadcast_into(&mut length);
        bytes.resize(length as usize, 0);
        for piece in bytes.chunks_mut(PIECE) {
            root.broadcast_into(piece);
        }
    }

    fn sum(&self, values: &mut [f64]) {
        let _waiting = Waiting::begin();
        let mine = values.to_vec();
        for (piece, total) in mine
            .chunks(PIECE / size_of::<f64>())
            .zip(values.chunks_mut(PIECE / size_of::<f64>()))
        {
            self.comm
                .all_reduce_into(piece, total, SystemOperation::sum());
        }
    }

    fn gather(&self, values: &[f64], counts: &[usize]) -> Vec<f64> {
        let _waiting = Waiting::begin();
        let counts: Vec<Count> = counts.iter().map(|&count| count as Count).collect();
        let places: Vec<Count> = (counts.iter())
            .scan(0, |next, count| {
                *next += count;
                Some(*next - count)
            })
            .collect();
        let mut gathered = vec![0.0; counts.iter().sum::<Count>() as usize];
        let mut parts = PartitionMut::new(&mut gathered[..], counts, places);
        self.comm.all_gather_varcount_into(values, &mut parts);
        gathered
    }

    fn exchange(
        &self,
        given: &[Message<&[f64]>],
        taken: Vec<Message<&mut [f64]>>,
        work: &mut dyn FnMut(),
    ) {
        let messages = given.len() + taken.len();
        mpi::request::multiple_scope(messages, |scope, requests| {
            for message in taken {
                let other = self.comm.process_at_rank(message.rank as i32);
                requests.add(other.immediate_receive_into(scope, message.values));
            }
            for message in given {
                let other = self.comm.process_at_rank(message.rank as i32);
                requests.add(other.immediate_send(scope, message.values));
            }
            work();
            let _waiting = Waiting::begin();
            requests.wait_all(&mut Vec::with_capacity(messages));
        });
    }

    fn group(&self, size: usize) -> Group {
        if size == 1 {
            return alone();
        }
        let color = Color::with_value(self.comm.rank() / size as i32);
        let group = self.comm.split_by_color(color);
        Rc::new(Self {
            comm: group.expect("every rank has a group"),
            universe: None,
        })
    }

    fn ranks_on_node(&self) -> usize {
        let _waiting = Waiting::begin();
        self.comm.split_shared(0).size() as usize
    }

    fn rank_on_node(&self) -> usize {
        let _waiting = Waiting::begin();
        self.comm.split_shared(0).rank() as usize
    }

    fn counters(&self, count: usize) -> Box<dyn Counters + '_> {
        let _waiting = Waiting::begin();
        counters::open(&self.comm, count)
    }

    fn abort(&self, code: i32) -> ! {
        self.comm.abort(code)
    }
}

impl Drop for Ranks {
    /// Ending MPI needs the other ranks too.
    fn drop(&mut self) {
        if self.universe.is_some() {
            std::mem::forget(Waiting::begin());
        }
    }
}
