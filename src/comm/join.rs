//! Joining the ranks that a launcher has started, in programs with and without MPI.

use super::communicator::Communicator;
use crate::error::Result;

/// This process among the ranks that mpirun or srun started; one rank when neither did.
///
/// # Errors
/// When this process has joined before. In a program without MPI, on all of several processes but the
/// first, because each would do the whole work.
#[cfg(feature = "mpi")]
pub fn join() -> Result<Box<dyn Communicator>> {
    Ok(Box::new(super::ranks::Ranks::join()?))
}

/// This process, which works alone.
///
/// # Errors
/// On all of several processes but the first, because each would do the whole work.
#[cfg(not(feature = "mpi"))]
pub fn join() -> Result<Box<dyn Communicator>> {
    let refusal = super::expected_ranks().and_then(|expected| expected.refusal());
    match refusal {
        Some(refusal) => Err(crate::error::Error::Refused(refusal)),
        None => Ok(Box::new(super::Alone)),
    }
}

/// Ends all ranks that were started together; needs no communicator.
pub fn end_all(code: i32) -> ! {
    #[cfg(feature = "mpi")]
    super::ranks::Ranks::abort_world(code);
    #[cfg(not(feature = "mpi"))]
    std::process::exit(code)
}
