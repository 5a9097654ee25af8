//! Numbers in the memory of rank 0, which every rank reaches by one-sided communication.

use std::ffi::c_void;

use mpi::ffi;
use mpi::raw::AsRaw;
use mpi::topology::{Communicator as _, SimpleCommunicator};
use mpi::traits::{CommunicatorCollectives, Source};

use crate::comm::communicator::Counters;
use crate::comm::waiting::Waiting;

/// The return value of an MPI call that has worked.
const SUCCESS: i32 = 0;

/// No rank waits for an answer of another.
pub struct Window<'a> {
    comm: &'a SimpleCommunicator,
    window: ffi::MPI_Win,
    /// The numbers, on rank 0.
    memory: *mut u64,
    count: usize,
}

impl<'a> Window<'a> {
    /// Allocates the numbers; none where this MPI cannot. Collective.
    pub fn allocate(comm: &'a SimpleCommunicator, count: usize) -> Option<Self> {
        let bytes = if comm.rank() == 0 {
            count * size_of::<u64>()
        } else {
            0
        };
        let mut memory: *mut u64 = std::ptr::null_mut();
        // SAFETY: the calls are collective over `comm`, and the window owns the memory until `close`.
        // An error is returned instead of ending the program during the one call that may fail.
        let (code, window) = unsafe {
            let mut window = ffi::RSMPI_WIN_NULL;
            ffi::MPI_Comm_set_errhandler(comm.as_raw(), ffi::RSMPI_ERRORS_RETURN);
            let code = ffi::MPI_Win_allocate(
                bytes as ffi::MPI_Aint,
                size_of::<u64>() as i32,
                ffi::RSMPI_INFO_NULL,
                comm.as_raw(),
                (&raw mut memory).cast::<c_void>(),
                &raw mut window,
            );
            ffi::MPI_Comm_set_errhandler(comm.as_raw(), ffi::RSMPI_ERRORS_ARE_FATAL);
            (code, window)
        };
        (code == SUCCESS).then_some(Self {
            comm,
            window,
            memory,
            count,
        })
    }

    /// Sets the numbers to zero and lets all ranks reach them. Collective.
    pub fn open(self) -> Self {
        // SAFETY: the memory has `count` numbers on rank 0, which sets them before the barrier. Every
        // rank passes the barrier before it reaches them.
        unsafe {
            if self.comm.rank() == 0 {
                self.memory.write_bytes(0, self.count);
            }
            ffi::MPI_Win_lock_all(0, self.window);
            ffi::MPI_Win_sync(self.window);
        }
        self.comm.barrier();
        self
    }
}

impl Counters for Window<'_> {
    fn add(&self, amounts: &[u64]) -> Vec<u64> {
        assert_eq!(
            amounts.len(),
            self.count,
            "there is one amount for each number"
        );
        let _waiting = Waiting::begin();
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
        let _waiting = Waiting::begin();
        // SAFETY: the call is collective, and `open` took the lock.
        unsafe {
            ffi::MPI_Win_unlock_all(self.window);
            ffi::MPI_Win_free(&raw mut self.window);
        }
    }
}
