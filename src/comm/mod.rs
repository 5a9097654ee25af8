//! Ranks and their messages. The only folder that knows MPI.
//!
//! The rest of the code sees a [`Communicator`], so that the same lines run on one process
//! ([`Alone`]) and on many ([`Ranks`]).

mod alone;
mod communicator;
mod counters;
mod launcher;
mod panic;
mod partition;
mod ranks;
mod share;
mod space;
#[cfg(test)]
pub mod threads;
mod waiting;
mod watchdog;

pub use alone::{Alone, alone};
pub use communicator::{Communicator, Counters, Group, Message};
pub use launcher::expected_ranks;
pub use panic::{end_all_on_panic, set_activity};
pub use partition::Partition;
pub use ranks::Ranks;
pub use share::{any, share};
pub use space::Space;
pub use watchdog::watch;
