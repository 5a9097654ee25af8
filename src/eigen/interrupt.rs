//! Giving a computation up before its end.

use super::failure::Failure;

/// Asked now and then in the course of a long computation: whether to give it up. Cheap to ask.
pub type Interrupt<'a> = &'a dyn Fn() -> bool;

/// The interrupt that never comes.
pub fn uninterrupted() -> bool {
    false
}

/// Goes on unless the interrupt has come.
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
