//! Many processes, through MPI.

use mpi::Threading;
use mpi::collective::SystemOperation;
use mpi::environment::Universe;
use mpi::topology::{Communicator as _, SimpleCommunicator};
use mpi::traits::{CommunicatorCollectives, Root};

use super::communicator::{Communicator, Counters};
use super::counters;
use super::waiting::Waiting;
use crate::error::{Error, Result};

/// A longer message is sent in pieces of so many bytes, because MPI counts with 32 bits.
const PIECE: usize = 1 << 30;

/// The ranks that mpirun or srun started; one rank when neither did.
pub struct Ranks {
    comm: SimpleCommunicator,
    /// MPI ends when this is dropped.
    _universe: Universe,
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
            _universe: universe,
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

    fn ranks_on_node(&self) -> usize {
        let _waiting = Waiting::begin();
        self.comm.split_shared(0).size() as usize
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
        std::mem::forget(Waiting::begin());
    }
}
