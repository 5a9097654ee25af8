//! Ranks and their messages. The only folder that knows MPI.
//!
//! The rest of the code sees a [`Communicator`], so that the same lines run on one process
//! ([`Alone`]) and on many ([`Ranks`]).

mod alone;
mod communicator;
mod counters;
mod launcher;
mod panic;
mod ranks;
mod share;
#[cfg(test)]
pub mod threads;
mod waiting;
mod watchdog;

pub use alone::Alone;
pub use communicator::{Communicator, Counters};
pub use launcher::expected_ranks;
pub use panic::{end_all_on_panic, set_activity};
pub use ranks::Ranks;
pub use share::{any, share};
pub use watchdog::watch;
