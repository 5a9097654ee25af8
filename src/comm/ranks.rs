//! Many processes, through MPI.

use std::ffi::c_void;

use mpi::Threading;
use mpi::collective::SystemOperation;
use mpi::environment::Universe;
use mpi::ffi;
use mpi::raw::AsRaw;
use mpi::topology::{Communicator as _, SimpleCommunicator};
use mpi::traits::{CommunicatorCollectives, Root, Source};

use super::communicator::{Communicator, Counters};
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
        let root = self.comm.process_at_rank(0);
        let mut length = bytes.len() as u64;
        root.broadcast_into(&mut length);
        bytes.resize(length as usize, 0);
        for piece in bytes.chunks_mut(PIECE) {
            root.broadcast_into(piece);
        }
    }

    fn sum(&self, values: &mut [f64]) {
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
        self.comm.split_shared(0).size() as usize
    }

    fn counters(&self, count: usize) -> Box<dyn Counters + '_> {
        Box::new(SharedCounters::open(&self.comm, count))
    }

    fn abort(&self, code: i32) -> ! {
        self.comm.abort(code)
    }
}

/// Numbers in the memory of rank 0. Every rank reaches them by one-sided communication, so no rank
/// waits for an answer of another.
struct SharedCounters<'a> {
    comm: &'a SimpleCommunicator,
    window: ffi::MPI_Win,
    count: usize,
}

impl<'a> SharedCounters<'a> {
    fn open(comm: &'a SimpleCommunicator, count: usize) -> Self {
        let bytes = if comm.rank() == 0 {
            count * size_of::<u64>()
        } else {
            0
        };
        let mut memory: *mut u64 = std::ptr::null_mut();
        // SAFETY: the call is collective over `comm`, and the window owns the memory until `close`.
        // Rank 0 sets it before the barrier, which every rank passes before it reaches the memory.
        let window = unsafe {
            let mut window = ffi::RSMPI_WIN_NULL;
            ffi::MPI_Win_allocate(
                bytes as ffi::MPI_Aint,
                size_of::<u64>() as i32,
                ffi::RSMPI_INFO_NULL,
                comm.as_raw(),
                (&raw mut memory).cast::<c_void>(),
                &raw mut window,
            );
            if comm.rank() == 0 {
                memory.write_bytes(0, count);
            }
            ffi::MPI_Win_lock_all(0, window);
            ffi::MPI_Win_sync(window);
            window
        };
        comm.barrier();
        Self {
            comm,
            window,
            count,
        }
    }
}

impl Counters for SharedCounters<'_> {
    fn add(&self, amounts: &[u64]) -> Vec<u64> {
        assert_eq!(
            amounts.len(),
            self.count,
            "there is one amount for each number"
        );
        let count = self.count as i32;
        let mut before = vec![0_u64; self.count];
        // SAFETY: the window has been locked for all ranks since `open`. Both buffers have `count`
        // elements, and the flush completes the operation before they are used again.
        unsafe {
            ffi::MPI_Get_accumulate(
                amounts.as_ptr().cast::<c_void>(),
                count,
                ffi::RSMPI_UINT64_T,
                before.as_mut_ptr().cast::<c_void>(),
                count,
                ffi::RSMPI_UINT64_T,
                0,
                0,
                count,
                ffi::RSMPI_UINT64_T,
                ffi::RSMPI_SUM,
                self.window,
            );
            ffi::MPI_Win_flush(0, self.window);
        }
        before
    }

    fn progress(&self) {
        // No such message is ever sent, but probing for one makes MPI handle all others.
        self.comm.any_process().immediate_probe();
    }

    fn close(mut self: Box<Self>) {
        // SAFETY: the call is collective, and `open` took the lock.
        unsafe {
            ffi::MPI_Win_unlock_all(self.window);
            ffi::MPI_Win_free(&raw mut self.window);
        }
    }
}
