//! Results and flags of single ranks that all ranks get.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::communicator::Communicator;
use crate::error::{Error, Result};

/// Runs `work` on rank 0 and gives every rank its result.
///
/// # Errors
/// The error of `work`, on every rank alike. On several ranks it is an [`Error::Everywhere`] or an
/// [`Error::Unfinished`], with which all ranks can return together.
pub fn share<T>(comm: &dyn Communicator, work: impl FnOnce() -> Result<T>) -> Result<T>
where
    T: Serialize + DeserializeOwned,
{
    if comm.size() == 1 {
        return work();
    }
    let mut bytes = Vec::new();
    if comm.rank() == 0 {
        let outcome = work().map_err(|error| {
            let unfinished = matches!(error, Error::Unfinished(_));
            (unfinished, error.to_string())
        });
        bytes = postcard::to_stdvec(&outcome).expect("plain data can be serialized");
    }
    comm.broadcast(&mut bytes);
    let outcome: std::result::Result<T, (bool, String)> =
        postcard::from_bytes(&bytes).expect("rank 0 sent these bytes");
    outcome.map_err(|(unfinished, message)| {
        if unfinished {
            Error::Unfinished(message)
        } else {
            Error::Everywhere(message)
        }
    })
}

/// Whether the flag of any rank is set. Collective.
pub fn any(comm: &dyn Communicator, own: bool) -> bool {
    let mut set = [f64::from(u8::from(own))];
    comm.sum(&mut set);
    set != [0.0]
}
