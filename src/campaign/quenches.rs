//! The quenches of one realization: what was observed of them, or why they failed.

use super::windows::Prepared;
use crate::chain::{Hamiltonian, Task};
use crate::eigen::{Bounds, Failure, Interrupt, Keeper};
use crate::quench::{Outcome, Quench};

/// What was observed, or why nothing could be.
pub type Quenches = Result<Outcome, String>;

impl Prepared {
    /// The extreme energies and the quenches of a realization under a seed; none when it was interrupted.
    ///
    /// # Panics
    /// When it was prepared without quenches.
    pub fn quenches(
        &mut self,
        quench: &Quench,
        hamiltonian: &Hamiltonian,
        realization: (&Task, u64),
        keeper: &dyn Keeper,
        interrupt: Interrupt<'_>,
    ) -> Option<(Bounds, Quenches)> {
        let prepared = self.quench.as_mut().expect("the deck has quenches");
        match prepared.run(quench, hamiltonian, realization, keeper, interrupt) {
            Ok((bounds, outcome)) => Some((bounds, Ok(outcome))),
            Err(Failure::Interrupted) => None,
            Err(failure) => Some((Bounds::UNKNOWN, Err(failure.to_string()))),
        }
    }
}
