//! The two kinds of shared numbers, and the choice between them.

mod messages;
mod window;

use mpi::collective::SystemOperation;
use mpi::topology::{Communicator as _, SimpleCommunicator};
use mpi::traits::CommunicatorCollectives;

use super::communicator::Counters;
use messages::Served;
use window::Window;

/// Creates `count` numbers that the ranks of `comm` share, at zero.
///
/// A window in the memory of rank 0 is best, because rank 0 need not answer. Some installations of
/// MPI have none across nodes: Debian's Open MPI 4.1 over Ethernet, for example.
pub fn open(comm: &SimpleCommunicator, count: usize) -> Box<dyn Counters + '_> {
    let window = Window::allocate(comm, count);
    let mut without = 0_i32;
    let failed = i32::from(window.is_none());
    comm.all_reduce_into(&failed, &mut without, SystemOperation::sum());
    match window {
        Some(window) if without == 0 => Box::new(window.open()),
        // If only some ranks have one, it stays allocated: to free it, all would have to take part.
        _ => {
            if comm.rank() == 0 {
                log::info!(
                    "this MPI offers no one-sided communication between these ranks, so rank 0 hands \
                     out work by messages"
                );
            }
            Box::new(Served::new(comm, count))
        }
    }
}
