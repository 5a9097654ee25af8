//! Ranks and what they say to each other. The only folder that knows MPI.
//!
//! [`Communicator`] is what the rest of the code sees: the same lines run on one process
//! ([`Alone`]) and on many ([`Ranks`]).

mod alone;
mod panic;
mod ranks;
#[cfg(test)]
pub mod threads;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use alone::Alone;
pub use panic::{doing, end_all_on_panic};
pub use ranks::Ranks;

use crate::error::{Error, Result};

/// A group of ranks. Every method but [`rank`](Self::rank), [`size`](Self::size) and
/// [`abort`](Self::abort) is collective: all ranks of the group call it, in the same order.
pub trait Communicator {
    /// This rank, from 0.
    fn rank(&self) -> usize;

    /// The number of ranks.
    fn size(&self) -> usize;

    /// Gives every rank the bytes that rank 0 holds.
    fn broadcast(&self, bytes: &mut Vec<u8>);

    /// Adds up `values` over the ranks, element by element, in place.
    ///
    /// The order of summation is the library's. Where every element is non-zero on one rank only,
    /// the result is exact.
    fn sum(&self, values: &mut [f64]);

    /// How many of these ranks share this node's memory and cores.
    fn ranks_on_node(&self) -> usize;

    /// `count` numbers shared by all ranks, at zero.
    fn counters(&self, count: usize) -> Box<dyn Counters + '_>;

    /// Ends every rank at once with `code`, from any rank.
    fn abort(&self, code: i32) -> !;
}

/// Numbers that ranks increase one after the other. Only [`close`](Self::close) is collective.
pub trait Counters {
    /// Adds an amount to each number and returns the numbers from before, in one message, whatever
    /// the other ranks are doing. Each number is changed by one rank at a time: of those that add to
    /// it, no two get the same.
    fn add(&self, amounts: &[u64]) -> Vec<u64>;

    /// Lets the others' calls through on networks that need this rank's help for it, as plain TCP
    /// needs that of rank 0. Costs a microsecond.
    fn help(&self);

    /// Gives the numbers up: collective, once every rank has made its last call.
    fn close(self: Box<Self>);
}

/// Runs `work` on rank 0 and gives every rank its result.
///
/// # Errors
/// What `work` fails with, on every rank alike, as [`Error::Everywhere`]: all ranks can then return
/// together.
pub fn share<T>(comm: &dyn Communicator, work: impl FnOnce() -> Result<T>) -> Result<T>
where
    T: Serialize + DeserializeOwned,
{
    if comm.size() == 1 {
        return work();
    }
    let mut bytes = Vec::new();
    if comm.rank() == 0 {
        let outcome = work().map_err(|error| error.to_string());
        bytes = postcard::to_stdvec(&outcome).expect("plain data can be serialized");
    }
    comm.broadcast(&mut bytes);
    let outcome: std::result::Result<T, String> =
        postcard::from_bytes(&bytes).expect("rank 0 sent these bytes");
    outcome.map_err(Error::Everywhere)
}
