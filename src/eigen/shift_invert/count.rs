//! The proof that a window is complete: the number of levels in it, by Sylvester's law of inertia.

use std::ops::Range;

use super::factorization::Factorization;
use crate::chain::Hamiltonian;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::Interrupt;

/// Counts the levels in `interval`, which must be `found`.
///
/// Factorizations at its two ends give the numbers of levels below them. Single precision takes
/// half the time, and a wrong count of it is nearly never equal to `found`. Double precision
/// decides where the two disagree.
///
/// # Errors
/// [`Failure::Incomplete`] when the interval has another number of levels, [`Failure::Singular`]
/// when one of its ends is a level, [`Failure::Interrupted`].
pub fn complete(
    factorization: &mut Factorization,
    hamiltonian: &Hamiltonian,
    interval: Range<f64>,
    found: usize,
    interrupt: Interrupt<'_>,
) -> Result<(), Failure> {
    let mut count = |energy| factorization.levels_below(hamiltonian, energy, interrupt);
    let quick = count(interval.start).and_then(|start| Ok((start, count(interval.end)?)));
    match quick {
        Ok((start, end)) if end == start + found => return Ok(()),
        Err(Failure::Interrupted) => return Err(Failure::Interrupted),
        _ => {}
    }
    let start = factorization.factorize(hamiltonian, interval.start, interrupt)?;
    let end = factorization.factorize(hamiltonian, interval.end, interrupt)?;
    if end == start + found {
        Ok(())
    } else {
        Err(Failure::Incomplete {
            found,
            counted: end.saturating_sub(start),
        })
    }
}
