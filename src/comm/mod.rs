//! Ranks and their messages. The only folder that knows MPI.
//!
//! The rest of the code sees a [`Communicator`], so that the same lines run on one process
//! ([`Alone`]) and on many (`Ranks`, in a program with MPI).

mod alone;
mod communicator;
#[cfg(feature = "mpi")]
mod counters;
mod join;
mod launcher;
mod panic;
mod partition;
#[cfg(feature = "mpi")]
mod ranks;
mod share;
mod space;
#[cfg(test)]
pub mod threads;
mod waiting;
mod watchdog;

pub use alone::{Alone, alone};
pub use communicator::{Communicator, Counters, Group, Message};
pub use join::join;
pub use launcher::expected_ranks;
pub use panic::{end_all_on_panic, set_activity};
pub use partition::Partition;
#[cfg(feature = "mpi")]
pub use ranks::Ranks;
pub use share::{any, share};
pub use space::Space;
pub use watchdog::watch;
