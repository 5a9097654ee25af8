//! Ending a computation before it is complete.

use super::failure::Failure;

/// Whether to end a computation now. Long computations call it often, so it must be cheap.
pub type Interrupt<'a> = &'a dyn Fn() -> bool;

/// The interrupt that never comes.
pub fn uninterrupted() -> bool {
    false
}

/// Ends a computation when the interrupt has come.
///
/// # Errors
/// [`Failure::Interrupted`] when it has.
pub fn check_interrupt(interrupt: Interrupt<'_>) -> Result<(), Failure> {
    if interrupt() {
        Err(Failure::Interrupted)
    } else {
        Ok(())
    }
}
